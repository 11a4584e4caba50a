import type { Log } from '../log.ts';
import { REDIS_TIMES, RedisConnection, type RedisTimes } from './connection.ts';
import { Subscriptions, type TopicListener } from './subscriptions.ts';

export interface ReconnectingOptions {
  readonly url: string;
  readonly log: Log;
  readonly times?: Partial<RedisTimes>;
  readonly hear: TopicListener;
  /** Up: all that is wanted is subscribed. */
  readonly changed: (isUp: boolean) => void;
}

/** A connection to Redis that is made anew whenever it ends, with everything subscribed again, until it is stopped. */
export class ReconnectingClient {
  readonly subscriptions: Subscriptions;
  readonly #options: ReconnectingOptions;
  readonly #times: RedisTimes;
  readonly #label: string;
  readonly #firstTry = Promise.withResolvers<void>();
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
    this.subscriptions = new Subscriptions(options.hear);
    this.#running = this.#run();
  }

  /** Resolves when the first attempt has succeeded or failed. */
  get tried(): Promise<void> {
    return this.#firstTry.promise;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Rejects at once when there is no connection, and with the connection when it ends before the answer. */
  command(command: readonly string[]): Promise<unknown> {
    if (this.#connection === null || !this.#isUp) return Promise.reject(new Error('Redis is not reached'));
    return this.#connection.command(command);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopping.resolve();
    this.#connection?.end(new Error('stopped'));
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#lost(await this.#live());
      await this.#pause();
    }
  }

  /** One connection: resolves when it has ended, with the reason. */
  async #live(): Promise<Error> {
    try {
      const connection = new RedisConnection(this.#options.url, this.#times);
      this.#connection = connection;
      await connection.open();
      await this.subscriptions.begin(connection);
      this.#won();
      return await connection.ended;
    } catch (error) {
      const why = error instanceof Error ? error : new Error(String(error));
      this.#connection?.end(why);
      return why;
    }
  }

  #won(): void {
    if (this.#failures > 0) this.#options.log.info(`${this.#label}: reached again`);
    this.#failures = 0;
    this.#isUp = true;
    this.#options.changed(true);
    this.#firstTry.resolve();
  }

  /** Told once an outage, not once an attempt. */
  #lost(why: Error): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    this.subscriptions.end();
    this.#failures += 1;
    if (this.#failures === 1 && !this.#isStopped) {
      this.#options.log.warn(`${this.#label}: not reached (${why.message}); this process goes on by itself`);
    }
    if (wasUp) this.#options.changed(false);
    this.#firstTry.resolve();
  }

  /** Many processes lose Redis in the same moment: they do not all return in the same one. */
  async #pause(): Promise<void> {
    const atMost = Math.min(this.#times.retryMs, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10));
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, atMost / 2 + (Math.random() * atMost) / 2);
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
