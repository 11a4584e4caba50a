import type { ChannelLayer } from '../../channels/layer/layer.ts';
import { Refusal } from '../../protocol/refusals.ts';
import type { SessionSockets } from '../sessions/session-sockets.ts';
import type { RoomStreams } from './room-streams.ts';

/** A message of another process is seen after at most twice this time, also without Redis. */
const CATCH_UP_EVERY_MS = 900;
/** A session that ended in another process loses its sockets within this time, also without Redis. */
const SESSIONS_EVERY_MS = 8_000;

/**
 * Finds in the store what other processes changed. Redis carries their events faster, but may lose them; the store does
 * not. Without Redis this is the only way.
 */
export class StoreWatch {
  readonly #timers: readonly Timer[];
  readonly #removeListeners: readonly (() => void)[];
  #hasEvents: boolean;
  #isAsking = false;

  constructor(
    private readonly streams: Pick<RoomStreams, 'catchUp'>,
    private readonly sessions: Pick<SessionSockets, 'closeEnded'>,
    layer: Pick<ChannelLayer, 'onConnectionChange'>,
    private readonly onError: (error: unknown) => void,
    options: { readonly hasRedis: boolean },
  ) {
    this.#hasEvents = options.hasRedis;
    this.#timers = [
      setInterval(() => void this.#catchUp(), CATCH_UP_EVERY_MS),
      setInterval(() => void this.#checkSessions(), SESSIONS_EVERY_MS),
    ];
    this.#removeListeners = [
      layer.onConnectionChange('down', () => {
        this.#hasEvents = false;
      }),
      layer.onConnectionChange('up', () => this.#onUp(options.hasRedis)),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const remove of this.#removeListeners) remove();
  }

  /** What was published meanwhile is lost. */
  #onUp(hasRedis: boolean): void {
    void this.#catchUp();
    void this.#ask(() => this.sessions.closeEnded());
    this.#hasEvents = hasRedis;
  }

  async #catchUp(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await this.#ask(() => this.streams.catchUp());
    this.#isAsking = false;
  }

  async #checkSessions(): Promise<void> {
    if (!this.#hasEvents) await this.#ask(() => this.sessions.closeEnded());
  }

  /** A database that is away is asked again at the next turn. */
  async #ask(question: () => Promise<void>): Promise<void> {
    try {
      await question();
    } catch (error) {
      if (!(error instanceof Refusal)) this.onError(error);
    }
  }
}
