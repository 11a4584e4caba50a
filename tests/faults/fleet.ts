/** Seeded clients in one room, who keep on writing whatever happens; and the verdict on what they did and saw. */
import { expect } from 'bun:test';
import { brokenPromises } from '../../chat/drill/checker.ts';
import type { ClientLog, Kept } from '../../chat/drill/entry.ts';
import { type Manners, ReliableClient } from '../../chat/drill/reliable-client.ts';
import { type Tally, tally } from '../../chat/drill/tally.ts';
import { type Address, type Person, signUp } from '../support/person.ts';
import type { Random } from '../support/random.ts';
import { wholeHistory } from './history.ts';

export interface FleetPlan {
  readonly writers: number;
  readonly readers: number;
  readonly random: Random;
  readonly room?: string;
  /** Where they come in, if not at the server itself: a proxy. */
  readonly through?: Address;
  readonly manners?: Partial<Manners>;
  /** How often a writer changes or takes back what was said last. */
  readonly revisions?: number;
  readonly pauseMs?: number;
  readonly namesFrom?: number;
}

interface Client {
  readonly person: Person;
  readonly client: ReliableClient;
}

/** Most of the time of a test is to go into the fault, not into waiting for the return. */
export const QUICK = { baseMs: 60, capMs: 200 };

export class Fleet {
  #writing = false;
  #running: Promise<void>[] = [];

  private constructor(
    private readonly plan: FleetPlan,
    readonly writers: readonly Client[],
    readonly readers: readonly Client[],
  ) {}

  static async gather(server: Address, plan: FleetPlan): Promise<Fleet> {
    const join = async (kind: string, number: number): Promise<Client> => {
      const person = await signUp(plan.through ?? server, `${kind}${number}`);
      const manners = { random: plan.random.next, times: QUICK, ...plan.manners };
      return { person, client: new ReliableClient(person, plan.room ?? 'general', manners) };
    };
    const joinAll = (kind: string, count: number): Promise<Client[]> =>
      Promise.all(Array.from({ length: count }, (_, at) => join(kind, (plan.namesFrom ?? 0) + at)));
    const fleet = new Fleet(plan, await joinAll('writer', plan.writers), await joinAll('reader', plan.readers));
    await Promise.all(fleet.clients.map(({ client }) => client.caughtUp(0)));
    return fleet;
  }

  get clients(): readonly Client[] {
    return [...this.writers, ...this.readers];
  }

  get acknowledged(): number {
    return this.writers.reduce((count, { client }) => count + client.acknowledgedMs.length, 0);
  }

  /** Each writer says one thing after the other, as fast as they are acknowledged. */
  startWriting(): void {
    this.#writing = true;
    this.#running = this.writers.map((writer) => this.#write(writer));
  }

  /** Resolves when all that was said has its answer. */
  async stopWriting(): Promise<void> {
    this.#writing = false;
    await Promise.all(this.#running);
  }

  /** Milliseconds until somebody has a message acknowledged that none had when this was called. */
  async nextAcknowledgement(): Promise<number> {
    const begun = performance.now();
    const before = this.acknowledged;
    await Promise.race(this.writers.map(({ client }) => client.until(() => this.acknowledged > before)));
    return performance.now() - begun;
  }

  /** Milliseconds until everybody is live. */
  async everybodyLive(): Promise<number> {
    const begun = performance.now();
    await Promise.all(this.clients.map(({ client }) => client.until(() => client.isLive)));
    return performance.now() - begun;
  }

  /** Waits until everybody has seen everything, and holds what they did and saw against what is kept. */
  async verdict(
    at: Address,
  ): Promise<Tally & { readonly history: readonly Kept[]; readonly broken: readonly string[] }> {
    await this.stopWriting();
    const [first] = this.clients;
    if (first === undefined) throw new Error('nobody came');
    const head = Math.max(...this.clients.map(({ client }) => client.last ?? 0));
    for (const { client } of this.clients) await client.caughtUp(head);
    const history = await wholeHistory(first.person.at(at), this.plan.room);
    const run = { clients: this.logs(), history };
    return { ...tally(run), history, broken: brokenPromises(run) };
  }

  logs(): Map<string, ClientLog> {
    return new Map(this.clients.map(({ person, client }) => [person.name, { user: person.name, log: client.log }]));
  }

  async leave(): Promise<void> {
    this.#writing = false;
    await Promise.all(this.clients.map(({ client }) => client.stop()));
  }

  async #write({ person, client }: Client): Promise<void> {
    const { random, revisions = 0, pauseMs = 0 } = this.plan;
    for (let n = 1; this.#writing; n++) {
      const nonce = client.say(`${person.name} says ${n}`);
      await client.settled();
      if (random.chance(revisions)) this.#revise(client, nonce, `${person.name} meant ${n}`);
      await client.settled();
      if (pauseMs > 0) await Bun.sleep(random.next() * 2 * pauseMs);
    }
  }

  #revise(client: ReliableClient, nonce: string, text: string): void {
    const said = client.log.findLast((entry) => entry.op === 'ack' && entry.nonce === nonce);
    if (said?.op !== 'ack') return;
    client.edit(said.seq, text);
    if (this.plan.random.chance(1 / 2)) client.remove(said.seq);
  }
}

/** Fails with the seed, and with every promise that was broken. */
export function expectKept(seed: number, { broken }: { readonly broken: readonly string[] }): void {
  expect({ seed, broken: broken.slice(0, 20) }).toEqual({ seed, broken: [] });
}
