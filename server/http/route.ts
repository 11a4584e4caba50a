import type { Scope } from '../../channels/scope.ts';
import type { Session, User } from '../../store/store.ts';
import { OperatorError } from '../operator-error.ts';

/** One line of the table of routes. A path's `:name` parts are in `exchange.scope.params`, decoded. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /**
   * `anyone`; `visitor`: signed in, others get 401; `page`: signed in, others are sent to /account?next=….
   * Every POST is checked for its CSRF token and origin, whoever asks.
   */
  readonly access: 'anyone' | 'visitor' | 'page';
  answer(exchange: RequestContext): Response | Promise<Response>;
}

/** One request, with what the guards found out about it. */
export interface RequestContext {
  readonly scope: Scope;
  /** Who asks; null when nobody is signed in. On a route for visitors use `visitorOf(exchange)`. */
  readonly currentUser: CurrentUser | null;
  /** The token that this browser's next POST must carry. */
  readonly csrf: string;
  /** Fields of a form or a JSON object. Throws HttpRefusal 400, 413 or 415. */
  fields(): Promise<ReadonlyMap<string, unknown>>;
}

export interface CurrentUser {
  readonly user: User;
  readonly session: Session;
}

/** Answers `{"error":{"code","message"}}` with this status. A protocol Refusal says `final` and `retry_after` as well. */
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

export function currentUserOf(exchange: RequestContext): CurrentUser {
  if (exchange.currentUser === null) throw new HttpError(401, 'signed_out', 'Log in first.');
  return exchange.currentUser;
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}
