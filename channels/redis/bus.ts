import { createLog, faultLine, type Log, ThrottledLog } from '../log.ts';
import type { RedisTimes } from './connection.ts';
import { encodeEnvelope, parseEnvelope, SequenceCheck } from './envelope.ts';
import { ReconnectingClient } from './reconnecting-client.ts';

/**
 * Messages between the processes of one deployment, through one Redis.
 *
 * - Each is delivered at most once, and in the order in which its process published it, across lost connections too. A
 *   process does not receive its own messages.
 * - `publish` waits for nothing. Messages that Redis has not taken yet are bounded (PENDING_COUNT, PENDING_CHARACTERS);
 *   above the bound, and without a connection, a message is not published at all.
 * - Between `down` and `up` messages may have been missed, because this process could not receive them, or because another
 *   could not publish them. The other process announces that itself, once it can publish again.
 * - A command that Redis does not answer within a second closes the connection. The next one is opened at once, with every
 *   topic subscribed again before `up`.
 * - A foreign or broken message, or one of a newer version, is logged and dropped.
 */
export interface RedisBus {
  /** Of this process, unique for ever. */
  readonly processId: string;
  readonly isUp: boolean;
  /** `json`: an encoded value. */
  publish(topic: string, json: string): void;
  /** One listener a topic. Resolves when messages of others arrive; without a connection at once, and `up` will follow. */
  subscribe(topic: string, onMessage: BusListener): Promise<void>;
  unsubscribe(topic: string): Promise<void>;
  /** Rejects at once without a connection. */
  command(command: readonly string[]): Promise<unknown>;
  /** The full name of a key of this deployment. */
  key(name: string): string;
  /** Returns a function that removes the listener. */
  onConnectionChange(event: 'down' | 'up', listener: () => void): () => void;
  stop(): Promise<void>;
}

/** `from`: the id of the process that published. */
export type BusListener = (value: unknown, from: string) => void;

export interface RedisOptions {
  /** `redis://localhost:6379/0`, `rediss://user:password@host/1`, `unix:///path?db=0`: Redis 6 or newer. */
  readonly url: string;
  /** Precedes every key and topic, so that several deployments can share one Redis. */
  readonly prefix?: string;
  readonly log?: Log;
  readonly times?: Partial<RedisTimes>;
}

/** Resolves after the first attempt to connect, within a second, whether it succeeded or not: further ones follow. */
export async function connectRedis(options: RedisOptions): Promise<RedisBus> {
  const bus = new Bus(options);
  await bus.start();
  return bus;
}

class Bus implements RedisBus {
  readonly processId = crypto.randomUUID().replaceAll('-', '');
  readonly #client: ReconnectingClient;
  readonly #prefix: string;
  /** Names the database: topics of one Redis are shared by all its databases. */
  readonly #topicPrefix: string;
  readonly #topicListeners = new Map<string, BusListener>();
  readonly #statusListeners = { down: new Set<() => void>(), up: new Set<() => void>() };
  readonly #sequenceCheck = new SequenceCheck();
  readonly #dropWarning: ThrottledLog;
  readonly #fullWarning: ThrottledLog;
  #lastNumber = 0;
  #pendingCount = 0;
  #pendingCharacters = 0;
  /** A message was not published, and the other processes do not know yet. */
  #owesGapNotice = false;
  #gapTimer: NodeJS.Timeout | null = null;

  constructor({ url, prefix = 'channels', log = createLog(1), times = {} }: RedisOptions) {
    this.#dropWarning = new ThrottledLog(log);
    this.#fullWarning = new ThrottledLog(log);
    this.#prefix = prefix;
    this.#topicPrefix = `${prefix}:${databaseOf(url)}:`;
    const onMessage = (text: string, topic: string): void =>
      this.#onMessage(text, topic.slice(this.#topicPrefix.length));
    this.#client = new ReconnectingClient({
      url,
      log,
      times,
      onMessage,
      onStatusChange: (isUp) => this.#onStatusChange(isUp),
    });
  }

  async start(): Promise<void> {
    const subscribed = this.subscribe(GAP_TOPIC, () => this.#onGapNotice());
    await this.#client.firstAttempt;
    await subscribed;
  }

  get isUp(): boolean {
    return this.#client.isUp;
  }

  key(name: string): string {
    return `${this.#prefix}:${name}`;
  }

  command(command: readonly string[]): Promise<unknown> {
    return this.#client.command(command);
  }

  publish(topic: string, json: string): void {
    if (!this.#client.isUp || !this.#hasRoom(json.length)) {
      this.#owesGapNotice = true;
      return;
    }
    this.#lastNumber += 1;
    this.#pendingCount += 1;
    this.#pendingCharacters += json.length;
    const text = encodeEnvelope({ from: this.processId, number: this.#lastNumber, json });
    this.#client.command(['PUBLISH', this.#topicPrefix + topic, text]).then(
      () => this.#onTaken(json.length),
      () => {
        this.#owesGapNotice = true;
        this.#onTaken(json.length);
      },
    );
  }

  subscribe(topic: string, onMessage: BusListener): Promise<void> {
    this.#topicListeners.set(topic, onMessage);
    return this.#client.subscriptions.subscribe(this.#topicPrefix + topic);
  }

  unsubscribe(topic: string): Promise<void> {
    this.#topicListeners.delete(topic);
    return this.#client.subscriptions.unsubscribe(this.#topicPrefix + topic);
  }

  onConnectionChange(event: 'down' | 'up', listener: () => void): () => void {
    this.#statusListeners[event].add(listener);
    return () => void this.#statusListeners[event].delete(listener);
  }

  async stop(): Promise<void> {
    if (this.#gapTimer !== null) clearTimeout(this.#gapTimer);
    for (const listeners of Object.values(this.#statusListeners)) listeners.clear();
    // Redis answers in order: once it answers this, it has taken everything published before.
    if (this.#client.isUp) await this.#client.command(['PING']).catch(() => {});
    this.#topicListeners.clear();
    await this.#client.stop();
  }

  #hasRoom(characters: number): boolean {
    if (this.#pendingCount < PENDING_COUNT && this.#pendingCharacters + characters <= PENDING_CHARACTERS) return true;
    this.#fullWarning.warn(
      `redis: ${this.#pendingCount} events wait to be published, further ones are delivered in this process only`,
    );
    return false;
  }

  #onTaken(characters: number): void {
    this.#pendingCount -= 1;
    this.#pendingCharacters -= characters;
    if (this.#owesGapNotice && this.#pendingCount === 0 && this.#client.isUp) this.#publishGapNotice();
  }

  #publishGapNotice(): void {
    this.#owesGapNotice = false;
    this.publish(GAP_TOPIC, 'null');
  }

  #onStatusChange(isUp: boolean): void {
    if (!isUp) return void this.#emit('down');
    if (this.#owesGapNotice) this.#publishGapNotice();
    this.#emit('up');
  }

  /** After an outage all others may send this at once: the notices count as one. */
  #onGapNotice(): void {
    this.#gapTimer ??= setTimeout(() => {
      this.#gapTimer = null;
      if (!this.#client.isUp) return;
      this.#emit('down');
      this.#emit('up');
    }, GAP_NOTICES_TOGETHER_MS);
  }

  #emit(event: 'down' | 'up'): void {
    for (const listener of this.#statusListeners[event]) this.#guarded(event, listener);
  }

  #onMessage(text: string, topic: string): void {
    if (text.startsWith(this.processId, PROCESS_ID_AT)) return;
    const envelope = parseEnvelope(text);
    if (envelope === null) return void this.#dropWarning.warn(`redis: dropped a foreign message on ${topic}`);
    // It was written to a lost connection, and Redis read it after messages of the next connection.
    if (!this.#sequenceCheck.isNext(envelope.from, envelope.number)) return;
    this.#guarded(topic, () => this.#topicListeners.get(topic)?.(JSON.parse(envelope.json), envelope.from));
  }

  /** The client would take an exception for an error of the connection. */
  #guarded(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#dropWarning.warn(`redis: ${what}: ${faultLine(error)}`);
    }
  }
}

export const PENDING_COUNT = 65_536;
/** UTF-16 units. */
export const PENDING_CHARACTERS = 16 * 1024 * 1024;
const GAP_TOPIC = 'notices';
const GAP_NOTICES_TOGETHER_MS = 100;
/** Where the sending process stands in an encoded envelope. */
const PROCESS_ID_AT = 2;

const PROTOCOLS = ['redis:', 'rediss:', 'unix:'];

/** Throws a TypeError on a text that is not the address of a Redis. */
function databaseOf(url: string): number {
  const { protocol, pathname, searchParams } = new URL(url);
  const database = protocol === 'unix:' ? (searchParams.get('db') ?? '') : pathname.slice(1);
  if (PROTOCOLS.includes(protocol) && /^\d{0,4}$/.test(database)) return Number(database);
  throw new TypeError(
    'the address of a Redis is redis://, rediss:// or unix://, and its path the number of a database',
  );
}
