import type { ChannelLayer } from '../../channels/layer.ts';
import type { Session, Sessions } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from './session-group.ts';
import { SESSION_LIFE_MS, TOUCH_EVERY_MS } from './visitors.ts';

const LOOK_EVERY_MS = 30_000;

interface Open {
  sockets: number;
  expiresAt: number;
  touchedAt: number;
}

/** Sessions with open sockets: an open socket is use, and a session that ran out all the same closes its sockets. */
export class OpenSessions {
  readonly #open = new Map<string, Open>();
  readonly #timer: Timer;

  constructor(
    private readonly sessions: Sessions,
    private readonly layer: Pick<ChannelLayer, 'groupSend'>,
    failed: (error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.#timer = setInterval(() => this.look().catch(failed), LOOK_EVERY_MS);
  }

  opened({ tokenHash, expiresAt, seenAt }: Session): void {
    const open = this.#open.get(tokenHash) ?? { sockets: 0, expiresAt, touchedAt: seenAt };
    open.sockets++;
    this.#open.set(tokenHash, open);
  }

  closed({ tokenHash }: Session): void {
    const open = this.#open.get(tokenHash);
    if (open === undefined) return;
    open.sockets--;
    if (open.sockets === 0) this.#open.delete(tokenHash);
  }

  async look(): Promise<void> {
    for (const [tokenHash, open] of [...this.#open]) {
      if (this.now() >= open.expiresAt) await this.#lookAt(tokenHash, open);
      else if (this.now() - open.touchedAt >= TOUCH_EVERY_MS) await this.#touch(tokenHash, open);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** It may have been lengthened elsewhere since. */
  async #lookAt(tokenHash: string, open: Open): Promise<void> {
    const found = await this.sessions.find(tokenHash);
    if (found === null) await this.layer.groupSend(sessionGroup(tokenHash), SESSION_ENDED);
    else open.expiresAt = found.session.expiresAt;
  }

  async #touch(tokenHash: string, open: Open): Promise<void> {
    open.touchedAt = this.now();
    open.expiresAt = open.touchedAt + SESSION_LIFE_MS;
    await this.sessions.touch(tokenHash, open.expiresAt);
  }
}
