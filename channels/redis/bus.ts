import { createLog, faultLine, type Log, ThrottledLog } from '../log.ts';
import type { RedisTimes } from './connection.ts';
import { encodeEnvelope, parseEnvelope, SequenceCheck } from './envelope.ts';
import { ReconnectingClient } from './reconnecting-client.ts';

/**
 * What the processes of one house tell each other through one Redis.
 *
 * - At most once, and in the order in which one process told it, over lost connections too. Nothing of one's own comes
 *   back.
 * - Telling waits for nothing. What Redis has not taken yet is bounded (TELLING_COUNT, TELLING_CHARACTERS); past that, and
 *   without a connection, it is not told at all.
 * - `down`, then `up`: in between something may have been missed, either because this process could not hear, or because
 *   another could not tell. That is told by itself, when it can tell again.
 * - A command that Redis does not answer within a second ends the connection. The next one is made at once, with
 *   everything subscribed again before `up`.
 * - What is foreign, broken or of a newer version on a topic is logged and dropped.
 */
export interface RedisBus {
  /** Of this process; no other has it, or will. */
  readonly process: string;
  readonly isUp: boolean;
  /** `json`: an encoded value. */
  publish(topic: string, json: string): void;
  /** One listener a topic. Resolves when what others tell arrives; without a connection at once, and `up` will come. */
  subscribe(topic: string, hear: (value: unknown, from: string) => void): Promise<void>;
  unsubscribe(topic: string): Promise<void>;
  /** A command; rejects at once without a connection. */
  command(command: readonly string[]): Promise<unknown>;
  /** The name of a key of this house. */
  key(name: string): string;
  /** Answers what ends the listening. */
  on(event: 'down' | 'up', listener: () => void): () => void;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** `redis://localhost:6379/0`, `rediss://user:password@host/1`, `unix:///path?db=0`: Redis 6 or newer. */
  readonly url: string;
  /** Before every key and topic, so that several houses share one Redis. */
  readonly prefix?: string;
  readonly log?: Log;
  readonly times?: Partial<RedisTimes>;
}

/** Resolves after the first attempt to connect, a second at most, whether it succeeded or not: the next ones follow. */
export async function connectRedis(options: RedisOptions): Promise<RedisBus> {
  const bus = new Bus(options);
  await bus.begin();
  return bus;
}

class Bus implements RedisBus {
  readonly process = crypto.randomUUID().replaceAll('-', '');
  readonly #link: ReconnectingClient;
  readonly #prefix: string;
  /** Publishing knows no databases: those of one Redis would hear each other. */
  readonly #space: string;
  readonly #heard = new Map<string, (value: unknown, from: string) => void>();
  readonly #listeners = { down: new Set<() => void>(), up: new Set<() => void>() };
  readonly #numbers = new SequenceCheck();
  readonly #complaint: ThrottledLog;
  readonly #full: ThrottledLog;
  #number = 0;
  #tellingCount = 0;
  #tellingCharacters = 0;
  /** Something was not told, and the others do not know yet. */
  #owesNotice = false;
  #notice: NodeJS.Timeout | null = null;

  constructor({ url, prefix = 'channels', log = createLog(1), times = {} }: RedisOptions) {
    this.#complaint = new ThrottledLog(log);
    this.#full = new ThrottledLog(log);
    this.#prefix = prefix;
    this.#space = `${prefix}:${databaseOf(url)}:`;
    const hear = (text: string, topic: string): void => this.#hear(text, topic.slice(this.#space.length));
    this.#link = new ReconnectingClient({ url, log, times, hear, changed: (isUp) => this.#changed(isUp) });
  }

  async begin(): Promise<void> {
    const listening = this.subscribe(NOTICES, () => this.#noticed());
    await this.#link.tried;
    await listening;
  }

  get isUp(): boolean {
    return this.#link.isUp;
  }

  key(name: string): string {
    return `${this.#prefix}:${name}`;
  }

  command(command: readonly string[]): Promise<unknown> {
    return this.#link.command(command);
  }

  publish(topic: string, json: string): void {
    if (!this.#link.isUp || !this.#hasRoom(json.length)) {
      this.#owesNotice = true;
      return;
    }
    this.#number += 1;
    this.#tellingCount += 1;
    this.#tellingCharacters += json.length;
    const text = encodeEnvelope({ from: this.process, number: this.#number, json });
    this.#link.command(['PUBLISH', this.#space + topic, text]).then(
      () => this.#told(json.length),
      () => {
        this.#owesNotice = true;
        this.#told(json.length);
      },
    );
  }

  subscribe(topic: string, hear: (value: unknown, from: string) => void): Promise<void> {
    this.#heard.set(topic, hear);
    return this.#link.subscriptions.want(this.#space + topic);
  }

  unsubscribe(topic: string): Promise<void> {
    this.#heard.delete(topic);
    return this.#link.subscriptions.unwant(this.#space + topic);
  }

  on(event: 'down' | 'up', listener: () => void): () => void {
    this.#listeners[event].add(listener);
    return () => void this.#listeners[event].delete(listener);
  }

  async stop(): Promise<void> {
    if (this.#notice !== null) clearTimeout(this.#notice);
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
    // Answers come in order: what was told before is on its way when this one comes.
    if (this.#link.isUp) await this.#link.command(['PING']).catch(() => {});
    this.#heard.clear();
    await this.#link.stop();
  }

  #hasRoom(characters: number): boolean {
    if (this.#tellingCount < TELLING_COUNT && this.#tellingCharacters + characters <= TELLING_CHARACTERS) return true;
    this.#full.warn(`redis: ${this.#tellingCount} events wait to be told, what comes is heard in this process only`);
    return false;
  }

  #told(characters: number): void {
    this.#tellingCount -= 1;
    this.#tellingCharacters -= characters;
    if (this.#owesNotice && this.#tellingCount === 0 && this.#link.isUp) this.#giveNotice();
  }

  #giveNotice(): void {
    this.#owesNotice = false;
    this.publish(NOTICES, 'null');
  }

  #changed(isUp: boolean): void {
    if (!isUp) return void this.#emit('down');
    if (this.#owesNotice) this.#giveNotice();
    this.#emit('up');
  }

  /** After an outage all others may say so at once: they are heard as one. */
  #noticed(): void {
    this.#notice ??= setTimeout(() => {
      this.#notice = null;
      if (!this.#link.isUp) return;
      this.#emit('down');
      this.#emit('up');
    }, NOTICES_TOGETHER_MS);
  }

  #emit(event: 'down' | 'up'): void {
    for (const listener of this.#listeners[event]) this.#guarded(event, listener);
  }

  #hear(text: string, topic: string): void {
    if (text.startsWith(this.process, OWN_AT)) return;
    const letter = parseEnvelope(text);
    if (letter === null) return void this.#complaint.warn(`redis: on ${topic} something foreign was dropped`);
    // Written to a connection that was given up, and read by Redis after what followed on the next one.
    if (!this.#numbers.isNext(letter.from, letter.number)) return;
    this.#guarded(topic, () => this.#heard.get(topic)?.(JSON.parse(letter.json), letter.from));
  }

  /** An exception would be taken for one of the connection. */
  #guarded(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#complaint.warn(`redis: ${what}: ${faultLine(error)}`);
    }
  }
}

export const TELLING_COUNT = 65_536;
/** UTF-16 units. */
export const TELLING_CHARACTERS = 16 * 1024 * 1024;
const NOTICES = 'notices';
const NOTICES_TOGETHER_MS = 100;
/** Where a letter says who wrote it. */
const OWN_AT = 2;

const PROTOCOLS = ['redis:', 'rediss:', 'unix:'];

/** Throws on what is no address of a Redis. */
function databaseOf(url: string): number {
  const { protocol, pathname, searchParams } = new URL(url);
  const database = protocol === 'unix:' ? (searchParams.get('db') ?? '') : pathname.slice(1);
  if (PROTOCOLS.includes(protocol) && /^\d{0,4}$/.test(database)) return Number(database);
  throw new TypeError(
    'the address of a Redis is redis://, rediss:// or unix://, and its path the number of a database',
  );
}
