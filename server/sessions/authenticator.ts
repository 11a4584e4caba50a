import type { Scope } from '../../channels/scope.ts';
import type { Session, Store } from '../../store/store.ts';
import { readCookie } from '../http/cookies.ts';
import type { CurrentUser } from '../http/route.ts';
import { hashOfToken, isToken } from './session-token.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A session ends after this long without use. */
export const SESSION_LIFE_MS = 14 * DAY_MS;
/** Not at every request, which would make each read a write. */
export const TOUCH_EVERY_MS = 60 * 60 * 1_000;

/** Finds the user of a request or a handshake by the session cookie alone. An unknown token is never adopted as a session. */
export class Authenticator {
  readonly #sessions: Store['sessions'];
  readonly #now: () => number;

  constructor(store: Pick<Store, 'sessions'>, now: () => number = () => Date.now()) {
    this.#sessions = store.sessions;
    this.#now = now;
  }

  async authenticate(scope: Scope): Promise<{ currentUser: CurrentUser; token: string } | null> {
    const token = readCookie(scope, 'session');
    if (!isToken(token)) return null;
    const currentUser = await this.#sessions.find(hashOfToken(token));
    if (currentUser === null) return null;
    this.#extend(currentUser.session);
    return { currentUser, token };
  }

  /** For sockets, which need no token. */
  async identify(scope: Scope): Promise<CurrentUser | null> {
    return (await this.authenticate(scope))?.currentUser ?? null;
  }

  /** Not awaited; if it fails, the next request tries again. */
  #extend(session: Session): void {
    const now = this.#now();
    if (now - session.seenAt < TOUCH_EVERY_MS) return;
    this.#sessions.touch(session.tokenHash, now + SESSION_LIFE_MS).catch(() => {});
  }
}
