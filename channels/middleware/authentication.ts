import { Denied } from '../consumer.ts';
import type { Scope } from '../scope.ts';
import { readCookie } from './cookies.ts';

/** Who a request comes from; null for a stranger. */
export type Identify<S extends Scope, Visitor> = (scope: S) => Visitor | null | Promise<Visitor | null>;

/**
 * By the token in the cookie of this name. What a session is, where it is kept, and when it ends is the affair of `find`;
 * it is asked for every request and every handshake, so that a session that has ended opens no door.
 */
export function sessionBy<Session>(
  cookie: string,
  find: (token: string) => Session | null | Promise<Session | null>,
): Identify<Scope, Session> {
  return ({ headers }) => {
    const token = readCookie(headers, cookie);
    return token === null ? null : find(token);
  };
}

/** A guard around any application: adds the session, or null. */
export function withSession<S extends Scope, Session, Answer>(
  identify: Identify<S, Session>,
  application: (scope: S & { readonly session: Session | null }) => Answer | Promise<Answer>,
): (scope: S) => Promise<Answer> {
  return async (scope) => application({ ...scope, session: await identify(scope) });
}

/** A guard around any application: adds who it is; a stranger is refused with 401. */
export function withUser<S extends Scope, User, Answer>(
  identify: Identify<S, User>,
  application: (scope: S & { readonly user: User }) => Answer | Promise<Answer>,
): (scope: S) => Promise<Answer> {
  return async (scope) => {
    const user = await identify(scope);
    if (user === null) throw new Denied(401);
    return application({ ...scope, user });
  };
}
