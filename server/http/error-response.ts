import { randomUUID } from 'node:crypto';
import { faultLine, type Log } from '../../channels/log.ts';
import type { Scope } from '../../channels/scope.ts';
import { refusalFrame } from '../../protocol/frames.ts';
import { Refusal, type RefusalCode } from '../../protocol/refusals.ts';
import { HttpError, json } from './route.ts';

const STATUS: Readonly<Record<RefusalCode, number>> = {
  bad_json: 400,
  bad_shape: 400,
  unknown_type: 400,
  empty: 400,
  too_long: 400,
  nonce_conflict: 409,
  not_found: 404,
  forbidden: 403,
  rate_limited: 429,
  busy: 503,
  storage_full: 507,
};

/** The response to anything thrown while a request is handled. An unexpected error is logged; the response has its id alone. */
export function errorResponse(error: unknown, scope: Scope, log: Log): Response {
  if (error instanceof HttpError) return refused(scope, error.status, error.code, error.message, error.headers);
  if (error instanceof Refusal) return refusalResponse(scope, error);
  const id = randomUUID();
  log.error(`fault ${id} answering ${scope.method}: ${faultLine(error)}`);
  return refused(scope, 500, 'fault', `Internal error. The log has it as ${id}.`);
}

/** The same fields as a refusal frame, without those that only frames have. */
function refusalResponse(scope: Scope, refusal: Refusal): Response {
  const { code, message, final, retry_after } = refusalFrame(refusal.code, null, refusal.retryAfter);
  const headers = retry_after === undefined ? {} : { 'retry-after': String(Math.ceil(retry_after / 1_000)) };
  return refused(scope, STATUS[refusal.code], code, message, headers, { final, retry_after });
}

/** /account answers in the form of form errors (S11), everything else in that of the protocol. */
function refused(
  scope: Scope,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const isForm = scope.path === '/account' || scope.path.startsWith('/account/');
  const body = isForm
    ? { success: false, errors: { __all__: [{ message, code }] } }
    : { error: { code, message, ...more } };
  return json(body, status, headers);
}
