/** The bots of a drill: they send, repeat and lose their connections until the time is over, and then settle. */
import { type ClientIdentity, ClientSocket } from '../client/bun-socket.ts';
import { ReliableClient } from '../client/client.ts';
import type { ClientLog } from '../client/journal.ts';
import { SILENCE_S } from '../protocol/limits.ts';
import { sum } from './report.ts';
import { Timings } from './timings.ts';

/** So many messages a second reach so many members: a server under real use hardly notices. */
const MESSAGES_A_SECOND = 20;
const DELIVERIES_A_SECOND = 5_000;
const CUTS_EACH = 5;
const CUTS_A_SECOND = 20;
const AWAY_MS = 2_000;
/** Every so many-th participant sends everything twice, from a second socket at the same moment. */
const DUPLICATE_EVERY = 5;
/** And one message in so many a third time, later. */
const LATER_EVERY = 3;
const LONG_EVERY = 10;
const LONG_CHARACTERS = 3_000;
const SILENCE_MS = SILENCE_S * 1_000;
const RECONNECT_MS = 500;

interface SentMessage {
  readonly nonce: string;
  readonly text: string;
}

interface Participant {
  readonly name: string;
  readonly client: ReliableClient;
  readonly duplicates: DuplicateSender | null;
}

export class Participants {
  readonly timings = new Timings();
  cuts = 0;
  readonly #all: readonly Participant[];
  readonly #sendPauseMs: number;
  readonly #cutPauseMs: number;
  #end: () => void = () => {};
  #isOver = false;
  readonly #over: Promise<void>;

  /** The `slow` ones are checked as the others are, but not measured: their delays are not the server's. */
  constructor(
    identities: { readonly quick: readonly ClientIdentity[]; readonly slow: readonly ClientIdentity[] },
    private readonly room: string,
    private readonly durationMs: number,
  ) {
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
    const count = identities.quick.length + identities.slow.length;
    this.#sendPauseMs = (count * 1_000) / Math.min(MESSAGES_A_SECOND, DELIVERIES_A_SECOND / count);
    this.#cutPauseMs = Math.max(durationMs / CUTS_EACH, (count * 1_000) / CUTS_A_SECOND);
    const quick = identities.quick.map((one, at) => this.#create(one, true, at % DUPLICATE_EVERY === 0));
    this.#all = [...quick, ...identities.slow.map((one) => this.#create(one, false, false))];
  }

  get clients(): readonly ReliableClient[] {
    return this.#all.map(({ client }) => client);
  }

  get repeats(): number {
    return sum(this.#all.map(({ duplicates }) => duplicates?.repeats ?? 0));
  }

  get sent(): number {
    return sum(this.clients.map(({ log }) => log.filter((entry) => entry.op === 'send').length));
  }

  get acknowledged(): number {
    return sum(this.clients.map((client) => client.answeredMs.length));
  }

  /** Resolves when all are in the room. */
  async waitUntilJoined(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.waitForHead(0)));
  }

  /** Resolves when the time is over. */
  async run(): Promise<void> {
    const loops = this.#all.flatMap((one) => [this.#sendMessages(one), this.#cutConnections(one)]);
    await Bun.sleep(this.durationMs);
    this.#isOver = true;
    this.#end();
    await Promise.all(loops);
  }

  /** Resolves when everything sent has its answer, and every client has every change. */
  async waitUntilSettled(): Promise<void> {
    for (const client of this.clients) client.retryNow();
    await Promise.all(this.clients.map((client) => client.waitForAnswers()));
    const head = Math.max(...this.clients.map((client) => client.last ?? 0));
    await Promise.all(this.clients.map((client) => client.waitForHead(head)));
  }

  logs(): Map<string, ClientLog> {
    return new Map(this.#all.map(({ name, client }) => [name, { user: name, log: client.log }]));
  }

  close(): void {
    for (const { client, duplicates } of this.#all) {
      duplicates?.close();
      void client.close();
    }
  }

  #create(identity: ClientIdentity, isMeasured: boolean, hasDuplicates: boolean): Participant {
    const { timings } = this;
    const { name } = identity;
    const client = new ReliableClient(identity, this.room, {
      random: Math.random,
      ...(isMeasured && {
        onFrame: (frame) => timings.onFrame(name, frame),
        onDisconnect: () => timings.onDisconnect(name),
      }),
    });
    return { name, client, duplicates: hasDuplicates ? new DuplicateSender(identity, this.room) : null };
  }

  async #sendMessages({ name, client, duplicates }: Participant): Promise<void> {
    const sent: SentMessage[] = [];
    while (await this.#pause(this.#sendPauseMs)) {
      // While a request waits, a copy on another socket could overtake it and break the author's order.
      const copies = client.isLive && client.hasAllAnswers ? duplicates : null;
      const text = textOf(name, sent.length + 1);
      const nonce = client.send(text);
      this.timings.onSent(name, nonce);
      copies?.sendAgain({ nonce, text });
      const earlier = sent[Math.floor(Math.random() * sent.length)];
      if (earlier !== undefined && sent.length % LATER_EVERY === 0) copies?.sendAgain(earlier);
      sent.push({ nonce, text });
    }
  }

  async #cutConnections({ name, client }: Participant): Promise<void> {
    while (await this.#pause(this.#cutPauseMs)) {
      if (!client.isLive) continue;
      const awayMs = Math.random() * Math.min(AWAY_MS, this.durationMs / CUTS_EACH);
      this.timings.onCut(name, awayMs);
      client.disconnect(awayMs);
      this.cuts += 1;
    }
  }

  /** Exponentially distributed with this mean; false when the time was over before. */
  async #pause(meanMs: number): Promise<boolean> {
    await Promise.race([Bun.sleep(-Math.log(1 - Math.random()) * meanMs), this.#over]);
    return !this.#isOver;
  }
}

/** A second socket of the same user, on which messages are sent again under the same nonce. */
class DuplicateSender {
  /** The number of messages sent a second time. */
  repeats = 0;
  #socket: ClientSocket | null = null;
  #isClosed = false;

  constructor(
    private readonly identity: ClientIdentity,
    private readonly room: string,
  ) {
    this.#connect();
  }

  /** Does nothing while the socket is not open. */
  sendAgain({ nonce, text }: SentMessage): void {
    if (this.#socket?.isOpen !== true) return;
    this.#socket.send(JSON.stringify({ message: text, nonce }));
    this.repeats += 1;
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.close();
  }

  #connect(): void {
    const target = this.identity.socketTarget(this.room, '');
    this.#socket = new ClientSocket(target, { silenceMs: SILENCE_MS, onText: () => {} });
    this.#socket.closed.then(() => Bun.sleep(RECONNECT_MS)).then(() => this.#isClosed || this.#connect());
  }
}

function textOf(name: string, number: number): string {
  const text = `${name} says ${number}`;
  return number % LONG_EVERY === 0 ? `${text} ${'…'.repeat(LONG_CHARACTERS)}` : text;
}
