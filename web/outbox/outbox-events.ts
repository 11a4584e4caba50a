import { hasKeys, isCount, isRecord, isText, type Shape } from '../../protocol/shape.ts';
import type { DeliveryStatus } from './outgoing-message.ts';
import { isRefusalCode } from './send-failure.ts';

/** What became of a message, for the other tabs of its author. */
export interface OutboxEvent {
  readonly room: string;
  readonly status: DeliveryStatus;
}

const MESSAGE = hasKeys({ nonce: isText, text: isText, tab: isText });
const REFUSAL = hasKeys({ code: isRefusalCode, message: isText, final: (final) => final === true });

const STATUS_SHAPES: ReadonlyMap<unknown, Shape> = new Map<unknown, Shape>([
  ['waiting', {}],
  ['sent', { seq: isCount }],
  ['refused', { refusal: REFUSAL }],
  ['discarded', {}],
]);

/** Another tab may show another version of the page. */
export function isOutboxEvent(value: unknown): value is OutboxEvent {
  return hasKeys({ room: isText, status: isStatus })(value);
}

function isStatus(value: unknown): boolean {
  const shape = isRecord(value) ? STATUS_SHAPES.get(value.is) : undefined;
  return shape !== undefined && hasKeys({ message: MESSAGE, ...shape })(value);
}
