/** The people of a drill: what each of them does to the server, for as long as it lasts, and what becomes of it. */

import type { ClientIdentity } from '../client/bun-socket.ts';
import { ReliableClient } from '../client/client.ts';
import type { ClientLog } from '../client/journal.ts';
import { sum } from './tally.ts';
import { Timings } from './timings.ts';
import { DuplicateSender, type Said } from './twin.ts';

/** So many messages a second reach so many people: a server under real use hardly notices. */
const MESSAGES_A_SECOND = 20;
const DELIVERIES_A_SECOND = 5_000;
const CUTS_EACH = 5;
const CUTS_A_SECOND = 20;
const AWAY_MS = 2_000;
/** Every so many-th says everything twice, from a second socket at the same moment. */
const TWIN_EVERY = 5;
/** And one thing in so many a third time, later. */
const LATER_EVERY = 3;
const LONG_EVERY = 10;
const LONG_CHARACTERS = 3_000;

interface Participant {
  readonly member: ClientIdentity;
  readonly client: ReliableClient;
  readonly twin: DuplicateSender | null;
}

export class Participants {
  readonly stopwatch = new Timings();
  cuts = 0;
  readonly #mates: readonly Participant[];
  readonly #pauseMs: number;
  readonly #holdsMs: number;
  #over: () => void = () => {};
  #isOver = false;
  readonly #end: Promise<void>;

  /** The `slow` ones are read for as the others, but are no measure of how fast the server is. */
  constructor(
    members: { readonly quick: readonly ClientIdentity[]; readonly slow: readonly ClientIdentity[] },
    private readonly room: string,
    private readonly lastsMs: number,
  ) {
    this.#end = new Promise((resolve) => {
      this.#over = resolve;
    });
    const count = members.quick.length + members.slow.length;
    this.#pauseMs = (count * 1_000) / Math.min(MESSAGES_A_SECOND, DELIVERIES_A_SECOND / count);
    this.#holdsMs = Math.max(lastsMs / CUTS_EACH, (count * 1_000) / CUTS_A_SECOND);
    const quick = members.quick.map((member, at) => this.#mate(member, true, at % TWIN_EVERY === 0));
    this.#mates = [...quick, ...members.slow.map((member) => this.#mate(member, false, false))];
  }

  get clients(): readonly ReliableClient[] {
    return this.#mates.map(({ client }) => client);
  }

  get repeats(): number {
    return sum(this.#mates.map(({ twin }) => twin?.repeats ?? 0));
  }

  get sent(): number {
    return sum(this.clients.map(({ log }) => log.filter((entry) => entry.op === 'send').length));
  }

  get acknowledged(): number {
    return sum(this.clients.map((client) => client.answeredMs.length));
  }

  /** Resolves when all are in the room. */
  async gathered(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.waitForHead(0)));
  }

  /** Resolves when the time is over. */
  async work(): Promise<void> {
    const hands = this.#mates.flatMap((mate) => [this.#talk(mate), this.#loseLines(mate)]);
    await Bun.sleep(this.lastsMs);
    this.#isOver = true;
    this.#over();
    await Promise.all(hands);
  }

  /** Resolves when all that was said has its answer, and everybody has seen everything there is. */
  async settled(): Promise<void> {
    for (const client of this.clients) client.retryNow();
    await Promise.all(this.clients.map((client) => client.waitForAnswers()));
    const head = Math.max(...this.clients.map((client) => client.last ?? 0));
    await Promise.all(this.clients.map((client) => client.waitForHead(head)));
  }

  logs(): Map<string, ClientLog> {
    return new Map(this.#mates.map(({ member: { name }, client }) => [name, { user: name, log: client.log }]));
  }

  leave(): void {
    for (const { client, twin } of this.#mates) {
      twin?.stop();
      void client.close();
    }
  }

  #mate(member: ClientIdentity, isMeasured: boolean, hasTwin: boolean): Participant {
    const { stopwatch } = this;
    const { name } = member;
    const client = new ReliableClient(member, this.room, {
      random: Math.random,
      ...(isMeasured && {
        onFrame: (frame) => stopwatch.heard(name, frame),
        onDisconnect: () => stopwatch.lost(name),
      }),
    });
    return { member, client, twin: hasTwin ? new DuplicateSender(member, this.room) : null };
  }

  async #talk({ member: { name }, client, twin }: Participant): Promise<void> {
    const said: Said[] = [];
    while (await this.#pause(this.#pauseMs)) {
      // From another socket something may overtake what still waits, and would be an author's words in another order.
      const echo = client.isLive && client.hasAllAnswers ? twin : null;
      const text = textOf(name, said.length + 1);
      const nonce = client.send(text);
      this.stopwatch.said(name, nonce);
      echo?.repeat({ nonce, text });
      const earlier = said[Math.floor(Math.random() * said.length)];
      if (earlier !== undefined && said.length % LATER_EVERY === 0) echo?.repeat(earlier);
      said.push({ nonce, text });
    }
  }

  async #loseLines({ member: { name }, client }: Participant): Promise<void> {
    while (await this.#pause(this.#holdsMs)) {
      if (!client.isLive) continue;
      const awayMs = Math.random() * Math.min(AWAY_MS, this.lastsMs / CUTS_EACH);
      this.stopwatch.sentAway(name, awayMs);
      client.disconnect(awayMs);
      this.cuts += 1;
    }
  }

  /** So long in the mean, and as likely to end at any moment as at any other; false when the time was over before. */
  async #pause(meanMs: number): Promise<boolean> {
    await Promise.race([Bun.sleep(-Math.log(1 - Math.random()) * meanMs), this.#end]);
    return !this.#isOver;
  }
}

function textOf(name: string, number: number): string {
  const text = `${name} says ${number}`;
  return number % LONG_EVERY === 0 ? `${text} ${'…'.repeat(LONG_CHARACTERS)}` : text;
}
