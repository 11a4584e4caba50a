import { isRecord, isText } from '../../protocol/shape.ts';
import { messages } from '../locale/en.ts';

/** `status` 0: no answer, or none that could be read. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** After which a new try is welcome, if the server says so. */
  readonly retryAfterS?: number;
}

/** What the server tells of a refusal, in either of its two forms. */
export function refusalIn(body: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(body)) return {};
  const told: unknown = isRecord(body.errors) ? firstOf(body.errors.__all__) : body.error;
  return isRecord(told) ? told : {};
}

/** Empty when there is none. */
export function codeOf({ body }: ApiResponse): string {
  return textIn(refusalIn(body), 'code');
}

/** Why it was refused: the server's own sentence, if it has one. */
export function reasonOf({ status, body }: ApiResponse): string {
  return textIn(refusalIn(body), 'message') || (status === 0 ? messages.noAnswer : messages.fault);
}

export function textIn(value: unknown, key: string): string {
  const text = isRecord(value) ? value[key] : null;
  return isText(text) ? text : '';
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : null;
}
