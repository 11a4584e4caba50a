import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import { isCount, isText } from '../../protocol/shape.ts';
import { type ApiResponse, codeOf, reasonOf, refusalIn } from '../api/response.ts';
import type { SendRefusal } from './outgoing-message.ts';

const POST_AGAIN_MS = 3_000;
/** Nobody knows when they sign in again: ever more rarely, up to this. */
const SIGNED_OUT_CAP_MS = 30_000;
/** Of refusals that do not say themselves whether they are final: nothing that may pass, as being signed out. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 404, 413, 415]);

/** Nobody is signed in, or somebody else is. */
export function isLoggedOut(answer: ApiResponse): boolean {
  return answer.status === 401 || codeOf(answer) === 'csrf';
}

/** What an answer other than the stored message means for the message. `tries`: so often before it nobody was signed in. */
export function refusalOf(answer: ApiResponse, tries = 0): SendRefusal {
  const { final, retry_after } = refusalIn(answer.body);
  const code = codeOf(answer);
  return {
    code: isRefusalCode(code) ? code : 'busy',
    message: reasonOf(answer),
    final: typeof final === 'boolean' ? final : FINAL_STATUSES.has(answer.status),
    retry_after: isCount(retry_after) ? retry_after : Math.min(SIGNED_OUT_CAP_MS, POST_AGAIN_MS * 2 ** tries),
  };
}

export function isRefusalCode(code: unknown): code is RefusalCode {
  return isText(code) && Object.hasOwn(REFUSALS, code);
}
