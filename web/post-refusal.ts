import { REFUSALS, type RefusalCode } from '../protocol/refusals.ts';
import { type Answer, codeOf, reasonOf, refusalIn } from './answer.ts';
import type { Refused } from './parcel.ts';
import { isCount, isText } from './shape.ts';

const POST_AGAIN_MS = 3_000;
/** Of refusals that do not say themselves whether they are final: nothing that may pass, as being signed out. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 404, 413, 415]);

/** What an answer other than the stored message means for the message. */
export function refusalOf(answer: Answer): Refused {
  const { final, retry_after } = refusalIn(answer.body);
  const code = codeOf(answer);
  return {
    code: isRefusalCode(code) ? code : 'busy',
    message: reasonOf(answer),
    final: typeof final === 'boolean' ? final : FINAL_STATUSES.has(answer.status),
    retry_after: isCount(retry_after) ? retry_after : POST_AGAIN_MS,
  };
}

export function isRefusalCode(code: unknown): code is RefusalCode {
  return isText(code) && Object.hasOwn(REFUSALS, code);
}
