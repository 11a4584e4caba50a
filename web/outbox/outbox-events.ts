import { type Check, hasKeys, isCount, isRecord, isText, type Shape } from '../../protocol/shape.ts';
import type { DeliveryStatus, OutgoingMessage } from './outgoing-message.ts';
import { isRefusalCode } from './send-failure.ts';

/** A page of this user was opened, so the browser is probably logged in as them. */
export const PAGE_OPENED = 'page opened';

/** What the tabs of one user in one browser send each other. */
export type TabEvent = OutboxEvent | typeof PAGE_OPENED;

/** The new status of a message, for its author's other tabs. */
export interface OutboxEvent {
  readonly room: string;
  readonly status: DeliveryStatus;
}

const MESSAGE: Record<keyof OutgoingMessage, Check> = { nonce: isText, text: isText, tab: isText };
const EVENT: Record<keyof OutboxEvent, Check> = { room: isText, status: isStatus };
const REFUSAL = hasKeys({ code: isRefusalCode, message: isText, final: (final) => final === true });

const STATUS_SHAPES: ReadonlyMap<unknown, Shape> = new Map<unknown, Shape>([
  ['waiting', {}],
  ['sent', { seq: isCount }],
  ['refused', { refusal: REFUSAL }],
  ['discarded', {}],
]);

/** The other tab may run another version of the page. */
export function isTabEvent(value: unknown): value is TabEvent {
  return value === PAGE_OPENED || hasKeys(EVENT)(value);
}

function isStatus(value: unknown): boolean {
  const shape = isRecord(value) ? STATUS_SHAPES.get(value.is) : undefined;
  return shape !== undefined && hasKeys({ message: hasKeys(MESSAGE), ...shape })(value);
}
