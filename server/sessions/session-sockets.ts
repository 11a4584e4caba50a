import type { ChannelLayer, ChannelName, LayerEvent } from '../../channels/layer/layer.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import type { Session, Sessions } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { SESSION_LIFE_MS, TOUCH_EVERY_MS } from './authenticator.ts';

const CHECK_EVERY_MS = 30_000;

interface OpenSession {
  readonly sockets: Set<Closable>;
  readonly channel: ChannelName;
  readonly subscribed: Promise<void>;
  expiresAt: number;
  touchedAt: number;
}

interface Closable {
  close(code: number): void;
}

/**
 * Sessions with open sockets. When a session ends, its sockets close at once: the event has a channel of its own and does
 * not wait in the sockets' queues. An open socket counts as use of its session; a session that expires is ended here.
 */
export class SessionSockets {
  readonly #sessions = new Map<string, OpenSession>();
  readonly #timer: Timer;

  constructor(
    private readonly store: Sessions,
    private readonly layer: Pick<ChannelLayer, 'newChannel' | 'close' | 'groupAdd' | 'groupSend'>,
    private readonly onError: (error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.#timer = setInterval(() => this.checkAll(), CHECK_EVERY_MS);
  }

  /** Resolves when the end of the session would reach the socket. */
  add(session: Session, socket: Closable): Promise<void> {
    const open = this.#sessions.get(session.tokenHash) ?? this.#open(session);
    open.sockets.add(socket);
    return open.subscribed;
  }

  remove({ tokenHash }: Session, socket: Closable): void {
    const open = this.#sessions.get(tokenHash);
    open?.sockets.delete(socket);
    if (open === undefined || open.sockets.size > 0) return;
    this.#sessions.delete(tokenHash);
    this.layer.close(open.channel);
  }

  async checkAll(): Promise<void> {
    for (const [tokenHash, open] of [...this.#sessions]) {
      try {
        if (this.now() >= open.expiresAt) await this.#checkExpiry(tokenHash, open);
        else if (this.now() - open.touchedAt >= TOUCH_EVERY_MS) await this.#touch(tokenHash, open);
      } catch (error) {
        // The next pass tries again; the other sessions do not wait for it.
        this.onError(error);
      }
    }
  }

  /** Closes the sockets of sessions that ended where no event comes from: in another process, while Redis is away. */
  async closeEnded(): Promise<void> {
    const open = [...this.#sessions.keys()];
    if (open.length === 0) return;
    const existing = await this.store.existing(open);
    for (const tokenHash of open) {
      if (!existing.has(tokenHash)) await this.layer.groupSend(sessionGroup(tokenHash), SESSION_ENDED);
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #open({ tokenHash, expiresAt, seenAt }: Session): OpenSession {
    const sockets = new Set<Closable>();
    const channel = this.layer.newChannel((event) => closeAll(sockets, event), 'session');
    const subscribed = this.layer.groupAdd(sessionGroup(tokenHash), channel);
    const open = { sockets, channel, subscribed, expiresAt, touchedAt: seenAt };
    this.#sessions.set(tokenHash, open);
    return open;
  }

  /** The session may have been extended elsewhere since. */
  async #checkExpiry(tokenHash: string, open: OpenSession): Promise<void> {
    const found = await this.store.find(tokenHash);
    if (found === null) await this.layer.groupSend(sessionGroup(tokenHash), SESSION_ENDED);
    else open.expiresAt = found.session.expiresAt;
  }

  async #touch(tokenHash: string, open: OpenSession): Promise<void> {
    const now = this.now();
    await this.store.touch(tokenHash, now + SESSION_LIFE_MS);
    open.touchedAt = now;
    open.expiresAt = now + SESSION_LIFE_MS;
  }
}

function closeAll(sockets: ReadonlySet<Closable>, event: LayerEvent): void {
  if (event.type !== SESSION_ENDED.type) return;
  for (const socket of [...sockets]) socket.close(CLOSE.sessionEnded);
}
