import { createClient } from 'redis';
import { withTimeout } from '../timeout.ts';

export interface RedisTimes {
  /** A command without an answer by then closes its connection. */
  readonly commandMs: number;
  /** After a lost connection the next attempt starts within this time. */
  readonly retryMs: number;
}

export const REDIS_TIMES: RedisTimes = { commandMs: 1_000, retryMs: 400 };

/**
 * One connection to Redis, used once: the first error closes it, and rejects every command that has no answer yet.
 *
 * Redis answers in the order of the commands, so one PING after another measures the latency of all of them.
 */
export class RedisConnection {
  readonly #client: ReturnType<typeof clientFor>;
  readonly #times: RedisTimes;
  readonly #closing = Promise.withResolvers<Error>();
  #checkTimer: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** Checks since the pending PING was sent; null when none is pending. */
  #checksUnanswered: number | null = null;

  constructor(url: string, times: RedisTimes) {
    this.#times = times;
    this.#client = clientFor(url, times);
    this.#client.on('error', (error: Error) => this.close(error));
  }

  async open(): Promise<void> {
    await withTimeout(this.#client.connect(), this.#times.commandMs);
    if (!this.#client.isReady) throw noAnswer(this.#times.commandMs);
    this.#checkTimer = setInterval(() => this.#check(), this.#times.commandMs / CHECKS_PER_TIMEOUT);
    this.#checkTimer.unref();
  }

  /** Resolves with the reason when the connection is closed. */
  get closed(): Promise<Error> {
    return this.#closing.promise;
  }

  command(command: readonly string[]): Promise<unknown> {
    return this.#client.sendCommand(command);
  }

  /** `onMessage` must not throw. */
  async subscribe(topics: string[], onMessage: (text: string, topic: string) => void): Promise<void> {
    await this.#orClose(this.#client.subscribe(topics, onMessage));
  }

  async unsubscribe(topics: string[]): Promise<void> {
    await this.#orClose(this.#client.unsubscribe(topics));
  }

  close(reason: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#checkTimer !== null) clearInterval(this.#checkTimer);
    if (this.#client.isOpen) this.#client.destroy();
    this.#closing.resolve(reason);
  }

  /** A refused subscription (for want of a permission, say) would otherwise go unnoticed. */
  async #orClose(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  /** Counts checks, not time: a process that was stalled could not receive an answer. */
  #check(): void {
    if (this.#checksUnanswered !== null) {
      this.#checksUnanswered += 1;
      if (this.#checksUnanswered >= CHECKS_PER_TIMEOUT) this.close(noAnswer(this.#times.commandMs));
      return;
    }
    this.#checksUnanswered = 0;
    const onAnswer = (): void => {
      this.#checksUnanswered = null;
    };
    this.command(['PING']).then(onAnswer, (error: Error) => this.close(error));
  }
}

const CHECKS_PER_TIMEOUT = 4;

/** The client never reconnects by itself: ReconnectingClient decides what a new connection starts with. */
function clientFor(url: string, { commandMs }: RedisTimes) {
  return createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    disableClientInfo: true,
    // The client would run a timer for every command; here one PING at a time measures all of them.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    socket: { reconnectStrategy: false, connectTimeout: commandMs },
  });
}

function noAnswer(ms: number): Error {
  return new Error(`no answer within ${ms} ms`);
}
