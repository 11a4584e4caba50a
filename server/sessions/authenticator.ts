import type { Scope } from '../../channels/scope.ts';
import type { Session, Store } from '../../store/store.ts';
import { readCookie } from '../http/cookies.ts';
import type { CurrentUser } from '../http/route.ts';
import { hashOfToken, isToken } from './session-token.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A session ends when it was not used for this long. */
export const SESSION_LIFE_MS = 14 * DAY_MS;
/** Writing at every request would make each read a write. */
export const TOUCH_EVERY_MS = 60 * 60 * 1_000;

/** Who sends a request or opens a socket, by the cookie alone. A token we did not give is nobody's, and stays so. */
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

  /** Nobody waits for it, and if it fails the next request tries again. */
  #extend(session: Session): void {
    const now = this.#now();
    if (now - session.seenAt < TOUCH_EVERY_MS) return;
    this.#sessions.touch(session.tokenHash, now + SESSION_LIFE_MS).catch(() => {});
  }
}
