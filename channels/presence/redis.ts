import { createLog, faultLine, type Log } from '../log.ts';
import type { RedisBus } from '../redis/bus.ts';
import { LocalConnections } from './local-connections.ts';
import type { PresenceOptions } from './memory.ts';
import { type PresenceChange, type PresenceMessage, parsePresenceMessage, parseSnapshot } from './messages.ts';
import type { Presence, Watcher } from './presence.ts';
import { RemoteProcess } from './remote-process.ts';
import { Roster } from './roster.ts';

export interface PresenceTimes {
  /** How often a process says that it is well, and writes down who is with it. */
  readonly renewMs: number;
  /** A process that has not said so for this long is dead: its people have gone. */
  readonly lifeMs: number;
}

/** With the fifth of `renewMs` that each may be late: emptied, Redis has all again within 5 s; who died is forgotten within 15 s. */
export const PRESENCE_TIMES: PresenceTimes = { renewMs: 4_000, lifeMs: 14_000 };

/**
 * For several processes: who is here is who is with any that lives.
 *
 * - Each process tells its changes to the others at once, and writes all who are with it under a key of its own, which
 *   Redis forgets after `lifeMs`. Who missed a change reads that key.
 * - A process is dead when it has been silent for `lifeMs` and its key is gone. While Redis is away nobody is dead.
 * - A process that stood still for so long that the others gave it up first lets the connections close that were lost
 *   meanwhile, and their grace pass. Then it says who is left.
 * - A stop leaves the key to its time: who returns to another process meanwhile was never gone.
 */
export function createRedisPresence(
  bus: RedisBus,
  options: PresenceOptions & { readonly times?: Partial<PresenceTimes> },
): Presence {
  return new RedisPresence(bus, options);
}

class RedisPresence implements Presence {
  readonly #bus: RedisBus;
  readonly #log: Log;
  readonly #graceMs: number;
  readonly #times: PresenceTimes;
  readonly #roster: Roster;
  readonly #local: LocalConnections;
  readonly #remoteProcesses = new Map<string, RemoteProcess>();
  readonly #timer: NodeJS.Timeout;
  readonly #unlisten: () => void;
  /** The number of our last change. */
  #number = 0;
  #untold: PresenceChange[] = [];
  #renewedAt = performance.now();
  #awakeAt = performance.now();
  /** Until then we say nothing: what we believe may be long over. */
  #silentUntil = 0;
  #answering: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(bus: RedisBus, options: PresenceOptions & { readonly times?: Partial<PresenceTimes> }) {
    this.#bus = bus;
    this.#log = options.log ?? createLog(1);
    this.#graceMs = options.graceMs;
    this.#times = { ...PRESENCE_TIMES, ...options.times };
    this.#roster = new Roster(this.#log);
    this.#local = new LocalConnections(options.graceMs, {
      onJoined: (group, person, manner) => this.#came(group, person, manner),
      onLeft: (group, person) => this.#went(group, person),
    });
    this.#timer = setInterval(() => this.#look(), this.#times.renewMs / CHECKS_PER_RENEWAL);
    this.#timer.unref();
    this.#unlisten = bus.onConnectionChange('up', () => this.#meet());
    void bus.subscribe(TOPIC, (value, from) => this.#hear(parsePresenceMessage(value), from)).then(() => this.#meet());
  }

  async enter(group: string, person: string, connection: string, manner = { quiet: false }): Promise<void> {
    if (!this.#stopped) this.#local.enter(group, person, connection, manner);
  }

  async leave(group: string, person: string, connection: string): Promise<void> {
    this.#local.leave(group, person, connection);
  }

  people(group: string): readonly string[] {
    return this.#roster.people(group);
  }

  count(group: string): number {
    return this.#roster.count(group);
  }

  watch(group: string, watcher: Watcher): () => void {
    return this.#roster.watch(group, watcher);
  }

  watchAll(watcher: (group: string) => void): () => void {
    return this.#roster.watchAll(watcher);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#answering !== null) clearTimeout(this.#answering);
    this.#unlisten();
    this.#local.stop();
    this.#roster.clear();
    await this.#bus.unsubscribe(TOPIC);
  }

  // What happens here.

  #came(group: string, person: string, manner: { readonly quiet: boolean }): void {
    this.#roster.add(group, person, manner);
    this.#changed([group, person, manner.quiet ? 'quiet' : 'came']);
  }

  #went(group: string, person: string): void {
    this.#roster.remove(group, person);
    this.#changed([group, person, 'went']);
  }

  /** What happens in one turn is told in one piece. */
  #changed(change: PresenceChange): void {
    if (this.#stopped) return;
    this.#number += 1;
    if (this.#untold.length === 0) setImmediate(() => this.#tellChanges());
    this.#untold.push(change);
  }

  #tellChanges(): void {
    const changes = this.#untold;
    this.#untold = [];
    if (this.#mayTell()) this.#tell({ type: 'changes', first: this.#number - changes.length + 1, changes });
  }

  /** Written before it is said: who hears that we are well, and reads, reads at least what we knew then. */
  #renew(): void {
    if (!this.#mayTell() || !this.#bus.isUp) return;
    this.#renewedAt = performance.now();
    const written = JSON.stringify({ number: this.#number, groups: this.#local.all() });
    this.#ask(['SET', this.#keyOf(this.#bus.processId), written, 'PX', String(this.#times.lifeMs)]);
    this.#tell({ type: 'alive', number: this.#number });
  }

  #meet(): void {
    if (this.#stopped) return;
    for (const neighbour of this.#remoteProcesses.values()) neighbour.lastSeenAt = performance.now();
    this.#renew();
    this.#tell({ type: 'hello' });
  }

  #mayTell(): boolean {
    this.#noticeSleep();
    return !this.#stopped && performance.now() >= this.#silentUntil;
  }

  // What the others say.

  #hear(news: PresenceMessage, from: string): void {
    this.#noticeSleep();
    const neighbour = this.#remoteProcesses.get(from) ?? new RemoteProcess(this.#roster, performance.now());
    this.#remoteProcesses.set(from, neighbour);
    neighbour.lastSeenAt = performance.now();
    if (news.type === 'hello') this.#answering ??= setTimeout(() => this.#answer(), TOGETHER_MS);
    if (news.type === 'alive' && news.number !== neighbour.number) void this.#read(from, neighbour);
    if (news.type === 'changes' && !neighbour.applyChanges(news.first, news.changes)) this.#tell({ type: 'hello' });
  }

  #answer(): void {
    this.#answering = null;
    this.#renew();
  }

  /** Answers whether there was something to read. */
  async #read(from: string, neighbour: RemoteProcess): Promise<boolean> {
    const text = await this.#ask(['GET', this.#keyOf(from)]);
    if (typeof text !== 'string') return false;
    try {
      if (this.#remoteProcesses.get(from) === neighbour) neighbour.applySnapshot(parseSnapshot(JSON.parse(text)));
    } catch (error) {
      this.#log.warn(`presence: what ${from} wrote cannot be read: ${faultLine(error)}`);
    }
    return true;
  }

  // What time brings.

  #look(): void {
    this.#noticeSleep();
    const now = performance.now();
    if (now - this.#renewedAt >= this.#times.renewMs) this.#renew();
    if (!this.#bus.isUp) return;
    for (const [process, neighbour] of this.#remoteProcesses) {
      if (now - neighbour.lastSeenAt > this.#times.lifeMs) void this.#expire(process, neighbour);
    }
  }

  /** Its messages may have been lost on the way: it is asked of Redis, too. */
  async #expire(process: string, neighbour: RemoteProcess): Promise<void> {
    const { lastSeenAt: heardAt } = neighbour;
    if ((await this.#read(process, neighbour)) || !this.#bus.isUp) return;
    if (neighbour.lastSeenAt !== heardAt || !this.#remoteProcesses.delete(process)) return;
    neighbour.removeEveryone();
  }

  /** While we stood still nobody could be heard; and when it was for long, we were given up. */
  #noticeSleep(): void {
    const now = performance.now();
    const stoodStillMs = now - this.#awakeAt;
    this.#awakeAt = now;
    if (stoodStillMs < this.#times.lifeMs / 2) return;
    for (const neighbour of this.#remoteProcesses.values()) neighbour.lastSeenAt = now;
    if (now - this.#renewedAt < this.#times.lifeMs) return;
    this.#silentUntil = now + this.#graceMs + this.#times.renewMs / CHECKS_PER_RENEWAL;
  }

  #tell(news: PresenceMessage): void {
    this.#bus.publish(TOPIC, JSON.stringify(news));
  }

  /** Null when Redis is away: whatever it was, it is done again when Redis is back. */
  #ask(command: readonly string[]): Promise<unknown> {
    return this.#bus.command(command).catch(() => null);
  }

  #keyOf(process: string): string {
    return this.#bus.key(`presence:${process}`);
  }
}

const TOPIC = 'presence';
/** In the time between two renewals: a renewal, and a look at the others, is late by one look at most. */
export const CHECKS_PER_RENEWAL = 5;
/** Several who ask at once are answered together. */
const TOGETHER_MS = 20;
