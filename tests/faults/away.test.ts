/** Clients that were away for long, and clients that join while others write without a pause. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { ReliableClient } from '../../client/client.ts';
import type { ClientLog } from '../../client/journal.ts';
import { type Person, signUp } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { checkRun, expectNoViolations, Fleet } from './load/fleet.ts';
import { FloodingClient } from './load/flooding-client.ts';
import { FaultyProxy } from './network/faulty-proxy.ts';
import { bandwidth } from './network/toxics.ts';
import { report } from './report/table.ts';

const MISSED = 10_000;
const JOINS = 150;
const AWAY_MS = 60_000;
/** The promise for a quiet machine is 2 s; on a busy one a test can only check the order of magnitude. */
const MISSED_WITHIN_MS = 10_000;
const SLOW_BYTES_A_SECOND = 1_500_000;

let server: Server;
let seed: number;
let fleet: Fleet;

beforeEach(async () => {
  server = await startServer({ args: UNTHROTTLED });
  seed = seedOfThisRun();
  fleet = new Fleet(server, new Random(seed));
});

afterEach(async () => {
  await fleet.stop();
  await server.stop();
});

test(`who missed ${MISSED} messages, with edits and deletions among them, has them all in order, and is live without a seam, on a slow line too`, async () => {
  const proxy = await FaultyProxy.to(server.port);
  const [quick] = await fleet.join({ readers: 1 });
  const [slow] = await fleet.join({ readers: 1, through: proxy });
  await fleet.join({ writers: 2, editChance: 0.3 });
  if (quick === undefined || slow === undefined) throw new Error('nobody came');
  const eve = await signUp(server, 'eve');
  proxy.down();
  const { logs, tookMs } = await away(quick.client, async () => {
    fleet.startWriting();
    const flooder = await FloodingClient.connect(eve, 'general');
    await flooder.sendAcknowledged(MISSED, (n) => `missed ${n}`);
    await flooder.disconnect();
    return flooder.log;
  });
  proxy.add(() => bandwidth(SLOW_BYTES_A_SECOND), ['down']);
  proxy.up();
  await slow.client.waitUntil(() => slow.client.isLive && slow.client.closes.length > 0);
  const own = await fleet.check();
  const result = checkRun({
    clients: new Map([...fleet.logs(), ['eve', { user: 'eve', log: logs }]]),
    history: own.history,
  });
  expectNoViolations(seed, result);
  expect(result.history.length).toBeGreaterThan(MISSED);
  expect([quick, slow].map(({ client }) => client.connectMs.length)).toEqual([2, 2]);
  expect(tookMs).toBeLessThan(MISSED_WITHIN_MS);
  report({ ...result, fault: `${MISSED} changes missed`, backMs: tookMs });
  report({ ...result, fault: `${MISSED} changes missed, on a slow line`, backMs: slow.client.connectMs.at(-1) ?? 0 });
  await proxy.close();
});

/** Returns how long the client took from dialling to `live` after it was away. */
async function away<T>(client: ReliableClient, meanwhile: () => Promise<T>): Promise<{ logs: T; tookMs: number }> {
  client.disconnect(AWAY_MS);
  const before = client.last ?? 0;
  const logs = await meanwhile();
  expect(client.last).toBe(before);
  client.retryNow();
  const visits = client.connectMs.length;
  await client.waitUntil(() => client.connectMs.length > visits);
  return { logs, tookMs: client.connectMs.at(-1) ?? 0 };
}

test(`${JOINS} newcomers while somebody writes every millisecond: each sees all that comes after what it saw first, none twice`, async () => {
  await fleet.join({ writers: 3, readers: 1, pauseMs: 1, editChance: 0.1 });
  fleet.startWriting();
  const people = await Promise.all(['zoe', 'yan', 'xia'].map((name) => signUp(server, name)));
  const logs = new Map<string, ClientLog>();
  await Promise.all(people.map((person) => joinAndLeave(person, logs)));
  const own = await fleet.check();
  const result = checkRun({ clients: new Map([...fleet.logs(), ...logs]), history: own.history });
  expect(logs.size).toBe(JOINS);
  expectNoViolations(seed, result);
  report({ ...result, fault: `${JOINS} newcomers during the talk`, backMs: null });
});

async function joinAndLeave(person: Person, logs: Map<string, ClientLog>): Promise<void> {
  for (let visit = 0; visit < JOINS / 3; visit++) {
    const client = new ReliableClient(person, 'general', { random: () => 0 });
    await client.waitUntil(() => client.isLive);
    const head = client.last ?? 0;
    await client.waitForHead(head + 5);
    // A client closes a gap by reconnecting; here there must be no gap.
    expect(client.closes).toEqual([]);
    await client.close();
    logs.set(`${person.name} ${visit}`, { user: person.name, log: [...client.log, { op: 'left' }] });
  }
}
