import { createLog, faultLine, type Log } from '../log.ts';
import type { RedisBus } from '../redis/bus.ts';
import { LocalConnections } from './local-connections.ts';
import type { PresenceOptions } from './memory.ts';
import { type PresenceChange, type PresenceMessage, parsePresenceMessage, parseSnapshot } from './messages.ts';
import type { EnterOptions, Presence, Watcher } from './presence.ts';
import { RemoteProcess } from './remote-process.ts';
import { Roster } from './roster.ts';

export interface PresenceTimes {
  /** How often a process publishes that it lives, and writes its snapshot. */
  readonly renewMs: number;
  /** A process that has not done so for this long is dead, and its people leave. */
  readonly lifeMs: number;
}

/** Each may be late by a fifth of `renewMs`: an emptied Redis is complete again within 5 s, a dead process expires within 15 s. */
export const PRESENCE_TIMES: PresenceTimes = { renewMs: 4_000, lifeMs: 14_000 };

/**
 * For several processes: a person is present who is connected to any living process.
 *
 * - Each process publishes its changes at once, and writes a snapshot of its people under a key of its own, which Redis
 *   expires after `lifeMs`. A process that missed a change reads that key.
 * - A process is dead when it has been silent for `lifeMs` and its key is gone. While Redis is away no process is dead.
 * - A process that was stalled for longer than that first lets connections that were lost meanwhile close, and their grace
 *   pass. Then it publishes the people who are left.
 * - `stop` leaves the key until it expires: a person who returns to another process meanwhile never left.
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
  readonly #removeListener: () => void;
  /** The number of this process's last change. */
  #lastChange = 0;
  #unpublished: PresenceChange[] = [];
  #renewedAt = performance.now();
  #lastRunAt = performance.now();
  /** Nothing is published before that: after a stall the state may be long outdated. */
  #silentUntil = 0;
  #answerTimer: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(bus: RedisBus, options: PresenceOptions & { readonly times?: Partial<PresenceTimes> }) {
    this.#bus = bus;
    this.#log = options.log ?? createLog(1);
    this.#graceMs = options.graceMs;
    this.#times = { ...PRESENCE_TIMES, ...options.times };
    this.#roster = new Roster(this.#log);
    this.#local = new LocalConnections(options.graceMs, {
      onJoined: (group, person, how) => this.#onJoined(group, person, how),
      onLeft: (group, person) => this.#onLeft(group, person),
    });
    this.#timer = setInterval(() => this.#onTimer(), this.#times.renewMs / CHECKS_PER_RENEWAL);
    this.#timer.unref();
    this.#removeListener = bus.onConnectionChange('up', () => this.#onConnected());
    const onMessage = (value: unknown, from: string): void => this.#onMessage(parsePresenceMessage(value), from);
    void bus.subscribe(TOPIC, onMessage).then(() => this.#onConnected());
  }

  async enter(group: string, person: string, connection: string, options: EnterOptions = ANNOUNCED): Promise<void> {
    if (!this.#isStopped) this.#local.enter(group, person, connection, options);
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
    this.#isStopped = true;
    clearInterval(this.#timer);
    if (this.#answerTimer !== null) clearTimeout(this.#answerTimer);
    this.#removeListener();
    this.#local.stop();
    this.#roster.clear();
    await this.#bus.unsubscribe(TOPIC);
  }

  // Changes in this process.

  #onJoined(group: string, person: string, options: EnterOptions): void {
    this.#roster.addPerson(group, person, options);
    this.#addChange([group, person, options.announce ? 'joined' : 'unannounced']);
  }

  #onLeft(group: string, person: string): void {
    this.#roster.removePerson(group, person);
    this.#addChange([group, person, 'left']);
  }

  /** Changes of one turn are published in one message. */
  #addChange(change: PresenceChange): void {
    if (this.#isStopped) return;
    this.#lastChange += 1;
    if (this.#unpublished.length === 0) setImmediate(() => this.#publishChanges());
    this.#unpublished.push(change);
  }

  #publishChanges(): void {
    const changes = this.#unpublished;
    this.#unpublished = [];
    if (this.#mayPublish()) this.#publish({ type: 'changes', first: this.#lastChange - changes.length + 1, changes });
  }

  /** Writes before it publishes: a process that receives `alive` and then reads finds at least that state. */
  #renew(): void {
    if (!this.#mayPublish() || !this.#bus.isUp) return;
    this.#renewedAt = performance.now();
    const snapshot = JSON.stringify({ number: this.#lastChange, groups: this.#local.peopleByGroup() });
    this.#command(['SET', this.#keyOf(this.#bus.processId), snapshot, 'PX', String(this.#times.lifeMs)]);
    this.#publish({ type: 'alive', number: this.#lastChange });
  }

  #onConnected(): void {
    if (this.#isStopped) return;
    for (const remote of this.#remoteProcesses.values()) remote.lastSeenAt = performance.now();
    this.#renew();
    this.#publish({ type: 'hello' });
  }

  #mayPublish(): boolean {
    this.#noticeStall();
    return !this.#isStopped && performance.now() >= this.#silentUntil;
  }

  // Messages of other processes.

  #onMessage(message: PresenceMessage, from: string): void {
    this.#noticeStall();
    const remote = this.#remoteProcesses.get(from) ?? new RemoteProcess(this.#roster, performance.now());
    this.#remoteProcesses.set(from, remote);
    remote.lastSeenAt = performance.now();
    if (message.type === 'hello') this.#answerTimer ??= setTimeout(() => this.#answer(), TOGETHER_MS);
    if (message.type === 'alive' && message.number !== remote.lastChange) void this.#readSnapshot(from, remote);
    if (message.type !== 'changes') return;
    if (!remote.applyChanges(message.first, message.changes)) this.#publish({ type: 'hello' });
  }

  #answer(): void {
    this.#answerTimer = null;
    this.#renew();
  }

  /** False when there is no snapshot to read. */
  async #readSnapshot(from: string, remote: RemoteProcess): Promise<boolean> {
    const text = await this.#command(['GET', this.#keyOf(from)]);
    if (typeof text !== 'string') return false;
    try {
      if (this.#remoteProcesses.get(from) === remote) remote.applySnapshot(parseSnapshot(JSON.parse(text)));
    } catch (error) {
      this.#log.warn(`presence: the snapshot of ${from} is unreadable: ${faultLine(error)}`);
    }
    return true;
  }

  // Timers.

  #onTimer(): void {
    this.#noticeStall();
    const now = performance.now();
    if (now - this.#renewedAt >= this.#times.renewMs) this.#renew();
    if (!this.#bus.isUp) return;
    for (const [processId, remote] of this.#remoteProcesses) {
      if (now - remote.lastSeenAt > this.#times.lifeMs) void this.#expire(processId, remote);
    }
  }

  /** The process's messages may have been lost on the way: its key in Redis is checked, too. */
  async #expire(processId: string, remote: RemoteProcess): Promise<void> {
    const { lastSeenAt } = remote;
    if ((await this.#readSnapshot(processId, remote)) || !this.#bus.isUp) return;
    if (remote.lastSeenAt !== lastSeenAt || !this.#remoteProcesses.delete(processId)) return;
    remote.removeEveryone();
  }

  /** A stalled process received nothing meanwhile; after a long stall the others consider it dead. */
  #noticeStall(): void {
    const now = performance.now();
    const stalledMs = now - this.#lastRunAt;
    this.#lastRunAt = now;
    if (stalledMs < this.#times.lifeMs / 2) return;
    for (const remote of this.#remoteProcesses.values()) remote.lastSeenAt = now;
    if (now - this.#renewedAt < this.#times.lifeMs) return;
    this.#silentUntil = now + this.#graceMs + this.#times.renewMs / CHECKS_PER_RENEWAL;
  }

  #publish(message: PresenceMessage): void {
    this.#bus.publish(TOPIC, JSON.stringify(message));
  }

  /** Null when Redis is away: every command is repeated when Redis is back. */
  #command(command: readonly string[]): Promise<unknown> {
    return this.#bus.command(command).catch(() => null);
  }

  #keyOf(processId: string): string {
    return this.#bus.key(`presence:${processId}`);
  }
}

const TOPIC = 'presence';
const ANNOUNCED: EnterOptions = { announce: true };
/** A renewal, and the expiry of a dead process, is late by at most one check. */
export const CHECKS_PER_RENEWAL = 5;
/** Several `hello`s within this time get one answer. */
const TOGETHER_MS = 20;
