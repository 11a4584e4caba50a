/** Seeded clients in one room that keep writing whatever happens; their logs are checked against the stored history. */
import { expect } from 'bun:test';
import type { ClientIdentity } from '../../../client/bun-socket.ts';
import { type ClientOptions, ReliableClient } from '../../../client/client.ts';
import type { ClientLog, Run, StoredMessage } from '../../../client/journal.ts';
import { violations } from '../../../drill/checker.ts';
import { type Loss, measureLoss } from '../../../drill/report.ts';
import { parseFramesStrictly } from '../../../protocol/strict-frames.ts';
import { type Address, type Person, signUp } from '../../support/person.ts';
import type { Random } from '../../support/random.ts';
import { wholeHistory } from './history.ts';

export interface ClientGroup {
  readonly writers?: number;
  readonly readers?: number;
  /** Readers that have a session already. */
  readonly members?: readonly ClientIdentity[];
  /** The address they connect to instead of the server's own: a faulty proxy. */
  readonly through?: Address;
  readonly options?: Partial<ClientOptions>;
  /** How often a writer edits or deletes its last message. */
  readonly editChance?: number;
  /** Mean pause between two messages of a writer. */
  readonly pauseMs?: number;
}

interface Client {
  readonly name: string;
  readonly client: ReliableClient;
  readonly group: ClientGroup;
}

/** A test spends its time in the fault, not in waiting for the reconnect. */
const QUICK = { baseMs: 60, capMs: 200 };

export class Fleet {
  readonly writers: Client[] = [];
  readonly readers: Client[] = [];
  #historyReader: Person | null = null;
  #isWriting = false;
  #running: Promise<void>[] = [];

  constructor(
    private readonly server: Address,
    private readonly random: Random,
    private readonly room = 'general',
  ) {}

  static async create(server: Address, random: Random, group: ClientGroup): Promise<Fleet> {
    const fleet = new Fleet(server, random);
    await fleet.join(group);
    return fleet;
  }

  /** Resolves with the clients when all of them are live. */
  async join(group: ClientGroup): Promise<readonly Client[]> {
    const writers = (await this.#signUp('writer', this.writers.length, group.writers ?? 0, group)).map((one) =>
      this.#client(one, group),
    );
    const people = await this.#signUp('reader', this.readers.length, group.readers ?? 0, group);
    const readers = [...people, ...(group.members ?? [])].map((one) => this.#client(one, group));
    this.writers.push(...writers);
    this.readers.push(...readers);
    const all = [...writers, ...readers];
    await Promise.all(all.map(({ client }) => client.waitForHead(0)));
    return all;
  }

  get clients(): readonly Client[] {
    return [...this.writers, ...this.readers];
  }

  get acknowledged(): number {
    return this.writers.reduce((count, { client }) => count + client.answeredMs.length, 0);
  }

  /** Each writer sends one message after the other, as fast as they are acknowledged. */
  startWriting(): void {
    this.#isWriting = true;
    this.#running = this.writers.map((writer) => this.#writeMessages(writer));
  }

  /** Resolves when every message has its answer. */
  async stopWriting(): Promise<void> {
    this.#isWriting = false;
    await Promise.all(this.#running);
  }

  /** Milliseconds until the next acknowledgement of any writer. */
  async nextAcknowledgement(): Promise<number> {
    const begun = performance.now();
    const before = this.acknowledged;
    await Promise.race(this.writers.map(({ client }) => client.waitUntil(() => this.acknowledged > before)));
    return performance.now() - begun;
  }

  /** So many acknowledgements more, for each writer. */
  async waitForRound(count = 100): Promise<void> {
    await Promise.all(
      this.writers.map(({ client }) => {
        const enough = client.answeredMs.length + count;
        return client.waitUntil(() => client.answeredMs.length >= enough);
      }),
    );
  }

  /** For each client the milliseconds until it is live. */
  async waitForReturns(): Promise<number[]> {
    const begun = performance.now();
    const live = async ({ client }: Client): Promise<number> => {
      await client.waitUntil(() => client.isLive);
      return performance.now() - begun;
    };
    return Promise.all(this.clients.map(live));
  }

  /** For each client the part of `returns` before it dialled: what a busy server adds is not in it. */
  dialDelays(returns: readonly number[]): number[] {
    return returns.map((liveMs, at) => liveMs - (this.clients[at]?.client.connectMs.at(-1) ?? 0));
  }

  /** Waits until every client is up to date, and checks their logs against the stored history. */
  async check(): Promise<FleetResult> {
    await this.stopWriting();
    if (this.#historyReader === null) throw new Error('nobody signed up');
    const head = Math.max(...this.clients.map(({ client }) => client.last ?? 0));
    for (const { client } of this.clients) await client.waitForHead(head);
    const history = await wholeHistory(this.#historyReader.at(this.server), this.room);
    return checkRun({ clients: this.logs(), history });
  }

  logs(): Map<string, ClientLog> {
    return new Map(this.clients.map(({ name, client }) => [name, { user: name, log: client.log }]));
  }

  async stop(): Promise<void> {
    this.#isWriting = false;
    await Promise.all(this.clients.map(({ client }) => client.close()));
  }

  async #signUp(kind: string, from: number, count: number, group: ClientGroup): Promise<readonly Person[]> {
    const people: Person[] = [];
    // One after the other: each costs the server a password hash, and a queue of them is refused.
    for (let at = from; at < from + count; at++) {
      people.push(await signUp(group.through ?? this.server, `${kind}${at}-${this.room}`));
    }
    this.#historyReader ??= people[0] ?? null;
    return people;
  }

  #client(member: ClientIdentity, group: ClientGroup): Client {
    const options = { random: this.random.next, backoff: QUICK, parse: parseFramesStrictly, ...group.options };
    return { name: member.name, client: new ReliableClient(member, this.room, options), group };
  }

  async #writeMessages({ name, client, group }: Client): Promise<void> {
    const { editChance = 0, pauseMs = 0 } = group;
    for (let n = 1; this.#isWriting; n++) {
      const nonce = client.send(`${name} says ${n}`);
      await client.waitForAnswers();
      if (this.random.chance(editChance)) this.#editLast(client, nonce, `${name} meant ${n}`);
      await client.waitForAnswers();
      if (pauseMs > 0) await Bun.sleep(this.random.next() * 2 * pauseMs);
    }
  }

  #editLast(client: ReliableClient, nonce: string, text: string): void {
    const acknowledgement = client.log.findLast((entry) => entry.op === 'ack' && entry.nonce === nonce);
    if (acknowledgement?.op !== 'ack') return;
    client.edit(acknowledgement.seq, text);
    if (this.random.chance(1 / 2)) client.delete(acknowledgement.seq);
  }
}

export interface FleetResult extends Loss {
  readonly history: readonly StoredMessage[];
  readonly violations: readonly string[];
}

export function checkRun(run: Run): FleetResult {
  return { ...measureLoss(run), history: run.history, violations: violations(run) };
}

/** Fails with the seed and every violation. */
export function expectNoViolations(seed: number, { violations: broken }: FleetResult): void {
  expect({ seed, broken: broken.slice(0, 20) }).toEqual({ seed, broken: [] });
}
