import type { Log } from '../log.ts';
import { REDIS_TIMES, RedisConnection, type RedisTimes } from './connection.ts';
import { Subscriptions, type TopicListener } from './subscriptions.ts';

export interface ReconnectingOptions {
  readonly url: string;
  readonly log: Log;
  readonly times?: Partial<RedisTimes>;
  readonly onMessage: TopicListener;
  /** Up: every topic is subscribed. */
  readonly onStatusChange: (isUp: boolean) => void;
}

/** A connection to Redis that is reopened whenever it closes, with every topic subscribed again, until it is stopped. */
export class ReconnectingClient {
  readonly subscriptions: Subscriptions;
  readonly #options: ReconnectingOptions;
  readonly #times: RedisTimes;
  readonly #label: string;
  readonly #firstAttempt = Promise.withResolvers<void>();
  readonly #stopping = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #connection: RedisConnection | null = null;
  #isUp = false;
  #isStopped = false;
  #failures = 0;

  constructor(options: ReconnectingOptions) {
    this.#options = options;
    this.#times = { ...REDIS_TIMES, ...options.times };
    this.#label = labelOf(options.url);
    this.subscriptions = new Subscriptions(options.onMessage);
    this.#running = this.#run();
  }

  /** Resolves when the first attempt has succeeded or failed. */
  get firstAttempt(): Promise<void> {
    return this.#firstAttempt.promise;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Rejects at once when there is no connection, and when the connection closes before the answer. */
  command(command: readonly string[]): Promise<unknown> {
    if (this.#connection === null || !this.#isUp) return Promise.reject(new Error('Redis is not reached'));
    return this.#connection.command(command);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopping.resolve();
    this.#connection?.close(new Error('stopped'));
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#onDown(await this.#connectOnce());
      await this.#waitForRetry();
    }
  }

  /** Opens one connection; resolves with the reason when it has closed. */
  async #connectOnce(): Promise<Error> {
    try {
      const connection = new RedisConnection(this.#options.url, this.#times);
      this.#connection = connection;
      await connection.open();
      await this.subscriptions.attach(connection);
      this.#onUp();
      return await connection.closed;
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      this.#connection?.close(reason);
      return reason;
    }
  }

  #onUp(): void {
    if (this.#failures > 0) this.#options.log.info(`${this.#label}: reached again`);
    this.#failures = 0;
    this.#isUp = true;
    this.#options.onStatusChange(true);
    this.#firstAttempt.resolve();
  }

  /** Logged once for each outage, not for each attempt. */
  #onDown(reason: Error): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.subscriptions.detach();
    this.#failures += 1;
    if (this.#failures === 1 && !this.#isStopped) {
      this.#options.log.warn(`${this.#label}: not reached (${reason.message}); this process goes on by itself`);
    }
    if (wasUp) this.#options.onStatusChange(false);
    this.#firstAttempt.resolve();
  }

  /** Many processes lose Redis at the same moment: the jitter keeps them from all returning at once. */
  async #waitForRetry(): Promise<void> {
    const maxMs = Math.min(this.#times.retryMs, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10));
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, maxMs / 2 + (Math.random() * maxMs) / 2);
    await Promise.race([promise, this.#stopping.promise]);
    clearTimeout(timer);
  }
}

const FIRST_RETRY_MS = 25;

/** For the log: without user and password. */
function labelOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `redis ${host}${pathname}`;
}
