import { REFUSALS, type RefusalCode } from '../../protocol/refusals.ts';
import { isCount, isText } from '../../protocol/shape.ts';
import { type ApiResponse, codeOf, reasonOf, refusalIn } from '../api/response.ts';
import type { SendRefusal } from './outgoing-message.ts';

const POST_AGAIN_MS = 3_000;
/** While the user is logged out the pause grows up to this. */
const LOGGED_OUT_CAP_MS = 30_000;
/** For refusals without a `final` of their own. Not in it is what may pass, such as being logged out. */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 404, 413, 415]);

/** No user is logged in, or another one. */
export function isLoggedOut(response: ApiResponse): boolean {
  return response.status === 401 || codeOf(response) === 'csrf';
}

/** The refusal in a response that is not the stored message. `tries`: how often before it the user was logged out. */
export function refusalOf(response: ApiResponse, tries = 0): SendRefusal {
  const { final, retry_after } = refusalIn(response.body);
  const code = codeOf(response);
  return {
    code: isRefusalCode(code) ? code : 'busy',
    message: reasonOf(response),
    final: typeof final === 'boolean' ? final : FINAL_STATUSES.has(response.status),
    retry_after: isCount(retry_after) ? retry_after : Math.min(LOGGED_OUT_CAP_MS, POST_AGAIN_MS * 2 ** tries),
  };
}

export function isRefusalCode(code: unknown): code is RefusalCode {
  return isText(code) && Object.hasOwn(REFUSALS, code);
}
