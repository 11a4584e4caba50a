import type { Scope } from '../../channels/scope.ts';
import type { Session, User } from '../../store/store.ts';
import { OperatorError } from '../operator-error.ts';

/** One entry of the route table. A path's `:name` parts are in `context.scope.params`, decoded. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /**
   * `anyone`; `user`: without a session the answer is 401; `page`: without one it is a redirect to /account?next=….
   * Every POST is checked for its CSRF token and its origin, with a session or without.
   */
  readonly access: 'anyone' | 'user' | 'page';
  answer(context: RequestContext): Response | Promise<Response>;
}

/** One request, with what the guards established about it. */
export interface RequestContext {
  readonly scope: Scope;
  /** Null without a session. On a route of access `user` use `currentUserOf(context)`. */
  readonly currentUser: CurrentUser | null;
  /** The token that this browser's next POST must carry. */
  readonly csrf: string;
  /** Fields of a form or a JSON object. Throws HttpError 400, 413 or 415. */
  fields(): Promise<ReadonlyMap<string, unknown>>;
}

export interface CurrentUser {
  readonly user: User;
  readonly session: Session;
}

/** Answered as `{"error":{"code","message"}}` with this status. A protocol Refusal adds `final` and `retry_after`. */
export class HttpError extends OperatorError {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function currentUserOf(context: RequestContext): CurrentUser {
  if (context.currentUser === null) throw new HttpError(401, 'signed_out', 'Log in first.');
  return context.currentUser;
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}
