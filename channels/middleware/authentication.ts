import { Denied } from '../consumer.ts';
import type { Scope } from '../scope.ts';
import { readCookie } from './cookies.ts';

/** The user or session of a request; null without one. */
export type Identify<S extends Scope, Identity> = (scope: S) => Identity | null | Promise<Identity | null>;

/**
 * Identifies by the token in the cookie of this name. `find` decides what a session is, where it is stored and when it ends;
 * it is called for every request and every handshake, so that an ended session is not accepted.
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

/** A guard around any application: adds the user; refuses with 401 without one. */
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
