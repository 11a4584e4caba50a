import { isRecord, isText } from '../../protocol/shape.ts';
import { messages } from '../locale/en.ts';

/** `status` 0: no response, or none that could be read. */
export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  /** The pause that the server asks for before a new attempt. */
  readonly retryAfterS?: number;
}

/** The refusal in a response body, in either of its two forms. */
export function refusalIn(body: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(body)) return {};
  const refusal: unknown = isRecord(body.errors) ? firstOf(body.errors.__all__) : body.error;
  return isRecord(refusal) ? refusal : {};
}

/** Empty when there is none. */
export function codeOf({ body }: ApiResponse): string {
  return textIn(refusalIn(body), 'code');
}

/** The reason of a refusal: the server's own sentence, if it has one. */
export function reasonOf({ status, body }: ApiResponse): string {
  return textIn(refusalIn(body), 'message') || (status === 0 ? messages.noAnswer : messages.serverError);
}

export function textIn(value: unknown, key: string): string {
  const text = isRecord(value) ? value[key] : null;
  return isText(text) ? text : '';
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : null;
}
