import type { ChannelLayer, ChannelName, LayerEvent } from '../../channels/layer/layer.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import type { Session, Sessions } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { SESSION_LIFE_MS, TOUCH_EVERY_MS } from './authenticator.ts';

const LOOK_EVERY_MS = 30_000;

interface Open {
  readonly sockets: Set<Closable>;
  readonly channel: ChannelName;
  readonly listening: Promise<void>;
  expiresAt: number;
  touchedAt: number;
}

interface Closable {
  close(code: number): void;
}

/**
 * Sessions with open sockets. The end of one closes its sockets at once, whatever they are busy with: it does not wait its
 * turn among what they have to do. An open socket is use; a session that ran out all the same has ended, too.
 */
export class SessionSockets {
  readonly #open = new Map<string, Open>();
  readonly #timer: Timer;

  constructor(
    private readonly sessions: Sessions,
    private readonly layer: Pick<ChannelLayer, 'newChannel' | 'close' | 'groupAdd' | 'groupSend'>,
    private readonly onError: (error: unknown) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** Resolves when the end of the session would be heard. */
  opened(session: Session, socket: Closable): Promise<void> {
    const open = this.#open.get(session.tokenHash) ?? this.#listen(session);
    open.sockets.add(socket);
    return open.listening;
  }

  closed({ tokenHash }: Session, socket: Closable): void {
    const open = this.#open.get(tokenHash);
    open?.sockets.delete(socket);
    if (open === undefined || open.sockets.size > 0) return;
    this.#open.delete(tokenHash);
    this.layer.close(open.channel);
  }

  async look(): Promise<void> {
    for (const [tokenHash, open] of [...this.#open]) {
      try {
        if (this.now() >= open.expiresAt) await this.#lookAt(tokenHash, open);
        else if (this.now() - open.touchedAt >= TOUCH_EVERY_MS) await this.#touch(tokenHash, open);
      } catch (error) {
        // The next pass tries again; the other sessions do not wait for it.
        this.onError(error);
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #listen({ tokenHash, expiresAt, seenAt }: Session): Open {
    const sockets = new Set<Closable>();
    const channel = this.layer.newChannel((event) => closeAll(sockets, event), 'session');
    const listening = this.layer.groupAdd(sessionGroup(tokenHash), channel);
    const open = { sockets, channel, listening, expiresAt, touchedAt: seenAt };
    this.#open.set(tokenHash, open);
    return open;
  }

  /** It may have been lengthened elsewhere since. */
  async #lookAt(tokenHash: string, open: Open): Promise<void> {
    const found = await this.sessions.find(tokenHash);
    if (found === null) await this.layer.groupSend(sessionGroup(tokenHash), SESSION_ENDED);
    else open.expiresAt = found.session.expiresAt;
  }

  async #touch(tokenHash: string, open: Open): Promise<void> {
    const now = this.now();
    await this.sessions.touch(tokenHash, now + SESSION_LIFE_MS);
    open.touchedAt = now;
    open.expiresAt = now + SESSION_LIFE_MS;
  }
}

function closeAll(sockets: ReadonlySet<Closable>, event: LayerEvent): void {
  if (event.type !== SESSION_ENDED.type) return;
  for (const socket of [...sockets]) socket.close(CLOSE.sessionEnded);
}
