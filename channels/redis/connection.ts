import { createClient } from 'redis';
import { withTimeout } from '../timeout.ts';

export interface RedisTimes {
  /** A command that is not answered by then ends its connection. */
  readonly commandMs: number;
  /** After a lost connection the next one is tried within this time. */
  readonly retryMs: number;
}

export const REDIS_TIMES: RedisTimes = { commandMs: 1_000, retryMs: 400 };

/**
 * One connection to Redis, good for one life: it ends with the first thing that goes wrong, and with it everything that
 * it was asked and has not answered.
 *
 * Answers come in the order of the questions, so one question that is asked again and again measures all of them.
 */
export class RedisConnection {
  readonly #client: ReturnType<typeof clientFor>;
  readonly #times: RedisTimes;
  readonly #ending = Promise.withResolvers<Error>();
  #timer: NodeJS.Timeout | null = null;
  #ended = false;
  /** Checks since the question that is under way was asked; null when none is. */
  #unanswered: number | null = null;

  constructor(url: string, times: RedisTimes) {
    this.#times = times;
    this.#client = clientFor(url, times);
    this.#client.on('error', (error: Error) => this.end(error));
  }

  async open(): Promise<void> {
    await withTimeout(this.#client.connect(), this.#times.commandMs);
    if (!this.#client.isReady) throw noAnswer(this.#times.commandMs);
    this.#timer = setInterval(() => this.#check(), this.#times.commandMs / CHECKS);
    this.#timer.unref();
  }

  /** Resolves with the reason. */
  get ended(): Promise<Error> {
    return this.#ending.promise;
  }

  command(command: readonly string[]): Promise<unknown> {
    return this.#client.sendCommand(command);
  }

  /** `hear` must not throw. */
  async subscribe(topics: string[], hear: (text: string, topic: string) => void): Promise<void> {
    await this.#orEnd(this.#client.subscribe(topics, hear));
  }

  async unsubscribe(topics: string[]): Promise<void> {
    await this.#orEnd(this.#client.unsubscribe(topics));
  }

  end(why: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#client.isOpen) this.#client.destroy();
    this.#ending.resolve(why);
  }

  /** A refused subscription (of a user who may not, say) would be a silence that nobody notices. */
  async #orEnd(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.end(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  /** Counts checks, not time: while this process stood still nobody could answer it. */
  #check(): void {
    if (this.#unanswered !== null) {
      this.#unanswered += 1;
      if (this.#unanswered >= CHECKS) this.end(noAnswer(this.#times.commandMs));
      return;
    }
    this.#unanswered = 0;
    const answered = (): void => {
      this.#unanswered = null;
    };
    this.command(['PING']).then(answered, (error: Error) => this.end(error));
  }
}

const CHECKS = 4;

/** It never tries again by itself: what a new connection begins with is decided here, not there. */
function clientFor(url: string, { commandMs }: RedisTimes) {
  return createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    disableClientInfo: true,
    // Its own is a timer a command, which lives for as long as that; here one question measures all of them.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    socket: { reconnectStrategy: false, connectTimeout: commandMs },
  });
}

function noAnswer(ms: number): Error {
  return new Error(`no answer within ${ms} ms`);
}
