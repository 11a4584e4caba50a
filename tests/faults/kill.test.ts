import { expect, test } from 'bun:test';
import { seeded, seedOfThisRun } from '../support/chance.ts';
import { brokenPromises, type Kept } from '../support/checker.ts';
import { type Person, signUp } from '../support/person.ts';
import { ReliableClient } from '../support/reliable-client.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const KILLS = 20;
const KILL_AFTER_MS = { min: 50, spread: 450 };
const WRITERS = ['ann', 'bob', 'cy'];
const READERS = ['dee', 'eli'];
const TIMEOUT_MS = 180_000;
const PAGE = 200;

test(
  `S34: an acknowledged message is there after ${KILLS} kill -9 under load: once, in order, without a gap, the same for all`,
  async () => {
    const seed = seedOfThisRun();
    const random = seeded(seed);
    const server = await startServer({ args: UNTHROTTLED });
    try {
      const { clients, reader } = await enterAll(server, random);
      const writing = WRITERS.map((name) => keepWriting(clients, name));
      await killAgainAndAgain(server, random);
      for (const writer of writing) await writer.finish();
      const history = await wholeHistory(reader);
      for (const { client } of clients.values()) await client.caughtUp(history.length);
      await Promise.all([...clients.values()].map(({ client }) => client.stop()));
      const logs = new Map([...clients].map(([name, { client }]) => [name, { user: name, log: client.log }]));
      expect(history.length).toBeGreaterThan(KILLS * WRITERS.length);
      expect({ seed, broken: brokenPromises({ clients: logs, history }) }).toEqual({ seed, broken: [] });
    } finally {
      await server.stop();
    }
  },
  TIMEOUT_MS,
);

type Clients = ReadonlyMap<string, { readonly client: ReliableClient }>;

async function enterAll(server: Server, random: () => number): Promise<{ clients: Clients; reader: Person }> {
  const people = await Promise.all([...WRITERS, ...READERS].map((name) => signUp(server, name)));
  const clients = new Map(
    people.map((person) => [person.name, { client: new ReliableClient(person, 'general', random) }]),
  );
  for (const { client } of clients.values()) await client.caughtUp(0);
  const [reader] = people;
  if (reader === undefined) throw new Error('nobody came');
  return { clients, reader };
}

/** One message after the other, as fast as they are acknowledged. */
function keepWriting(clients: Clients, name: string): { finish(): Promise<void> } {
  const client = clients.get(name)?.client;
  if (client === undefined) throw new Error(`no ${name}`);
  let going = true;
  const run = async (): Promise<void> => {
    for (let n = 1; going; n++) {
      client.say(`${name} says ${n}`);
      await client.settled();
    }
  };
  const running = run();
  return {
    finish: () => {
      going = false;
      return running;
    },
  };
}

async function killAgainAndAgain(server: Server, random: () => number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await Bun.sleep(KILL_AFTER_MS.min + random() * KILL_AFTER_MS.spread);
    await server.kill9();
    await server.start();
  }
}

async function wholeHistory(reader: Person): Promise<Kept[]> {
  let all: Kept[] = [];
  for (;;) {
    const before = all[0] === undefined ? '' : `&before=${all[0].seq}`;
    const response = await reader.get(`/api/rooms/general/messages?limit=${PAGE}${before}`);
    const page = parsePage(await response.json());
    all = [...page, ...all];
    if (page.length < PAGE) return all;
  }
}

function parsePage(body: unknown): Kept[] {
  if (typeof body !== 'object' || body === null || !('messages' in body) || !Array.isArray(body.messages)) {
    throw new Error(`no page of history: ${JSON.stringify(body)}`);
  }
  return body.messages.map(({ seq, nonce, user, message }) => ({
    seq: Number(seq),
    nonce: typeof nonce === 'string' ? nonce : null,
    user: String(user),
    text: String(message),
  }));
}
