import type { ChannelLayer } from '../../channels/layer/layer.ts';
import type { Session, Store, User } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { SESSION_LIFE_MS } from './authenticator.ts';
import { newToken, type Token } from './session-token.ts';

/** Sessions that a user has at once; a further one ends the oldest. */
export const SESSIONS_MAX = 50;
const ENDED_AT_ONCE_MAX = 100;

/** Starts and ends sessions. The end is broadcast to the session's sockets, so that none outlives it. */
export class Sessions {
  readonly #sessions: Store['sessions'];
  readonly #layer: Pick<ChannelLayer, 'groupSend'>;
  readonly #now: () => number;

  constructor(store: Pick<Store, 'sessions'>, layer: Pick<ChannelLayer, 'groupSend'>, now: () => number) {
    this.#sessions = store.sessions;
    this.#layer = layer;
    this.#now = now;
  }

  async start(user: User, device: string): Promise<Token> {
    const token = newToken();
    await this.#sessions.create({
      tokenHash: token.tokenHash,
      userId: user.id,
      expiresAt: this.#now() + SESSION_LIFE_MS,
      device,
    });
    await this.#endOldest(user, token.tokenHash);
    return token;
  }

  list(user: User): Promise<Session[]> {
    return this.#sessions.ofUser(user.id);
  }

  /** The user as stored now; null when the session is not valid. */
  async userOf(tokenHash: string): Promise<User | null> {
    return (await this.#sessions.find(tokenHash))?.user ?? null;
  }

  async end(tokenHash: string): Promise<void> {
    await this.#sessions.end(tokenHash);
    await this.broadcastEnded([tokenHash]);
  }

  async endOthers(user: User, keep: string | null): Promise<void> {
    await this.broadcastEnded(await this.#sessions.endOthers(user.id, keep));
  }

  /** One at a time: where there are very many from before this limit, each start ends a share of them. */
  async #endOldest(user: User, started: string): Promise<void> {
    const others = (await this.#sessions.ofUser(user.id)).filter(({ tokenHash }) => tokenHash !== started);
    const oldest = others.slice(0, 1 - SESSIONS_MAX).slice(0, ENDED_AT_ONCE_MAX);
    for (const { tokenHash } of oldest) await this.end(tokenHash);
  }

  async broadcastEnded(tokenHashes: readonly string[]): Promise<void> {
    await Promise.all(tokenHashes.map((hash) => this.#layer.groupSend(sessionGroup(hash), SESSION_ENDED)));
  }
}
