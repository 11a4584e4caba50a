/** What one peer does, and what the others notice of it. */
import { afterEach, expect, test } from 'bun:test';
import type { Entry } from '../../client/journal.ts';
import { type Person, signUp } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { checkRun, expectNoViolations, Fleet } from './load/fleet.ts';
import { FloodingClient } from './load/flooding-client.ts';
import { BOMBS, sendBomb } from './load/frame-bombs.ts';
import { wholeHistory } from './load/history.ts';
import { describeIsolation, isBearable, isolation } from './load/isolation.ts';
import { FaultyProxy } from './network/faulty-proxy.ts';
import { bandwidth } from './network/toxics.ts';
import { report } from './report/table.ts';
import { residentBytes } from './system/resident-memory.ts';

const TURNS = 3;
const MIB = 1024 * 1024;
/** Includes what the heap holds for a while after a burst. */
const GROWTH_MAX_BYTES = 200 * MIB;

let server: Server;
let fleet: Fleet;
let seed: number;
let eve: Person;

async function open(args: readonly string[]): Promise<void> {
  seed = seedOfThisRun();
  server = await startServer({ args });
  fleet = await Fleet.create(server, new Random(seed), { writers: 4, readers: 1, pauseMs: 4 });
  eve = await signUp(server, 'eve');
  fleet.startWriting();
}

afterEach(async () => {
  await fleet.stop();
  await server.stop();
});

const SLOW_READERS = 3;
const BURST_MESSAGES = 1_500;
const BURST_TEXT = 'x'.repeat(3_990);

test('readers who read next to nothing are closed with 4408 and catch up when they can; nobody else waits for them', async () => {
  await open(UNTHROTTLED);
  const before = await residentBytes(server.pid);
  const line = await FaultyProxy.to(server.port);
  const slow = new Fleet(server, new Random(seed), 'random');
  const readers = await slow.join({ readers: SLOW_READERS, through: line });
  const flooder = await FloodingClient.connect(eve, 'random');
  const burst = (count: number): Promise<void> => flooder.sendAcknowledged(count, (n) => `${n} ${BURST_TEXT}`);
  const closed = (): number => server.output().split('too slow').length - 1;
  const result = await isolation(fleet, TURNS, {
    base: () => burst(BURST_MESSAGES),
    fault: async () => {
      await freshLines(line, readers);
      const remove = line.addToOpenConnections(() => bandwidth(1_000), ['down']);
      const due = closed() + SLOW_READERS;
      while (closed() < due) await burst(100);
      remove();
      await Promise.all(readers.map(({ client }) => client.waitForHead(flooder.head)));
    },
  });
  const clients = new Map([...slow.logs(), ['eve', { user: 'eve', log: flooder.log }]]);
  expectNoViolations(seed, checkRun({ clients, history: await wholeHistory(eve, 'random') }));
  const fleetResult = await fleet.check();
  expectNoViolations(seed, fleetResult);
  for (const { client } of readers) {
    expect(client.closes.map(({ code }) => code).filter((code) => code !== 1006)).toEqual(Array(TURNS).fill(4408));
  }
  expect((await residentBytes(server.pid)) - before).toBeLessThan(GROWTH_MAX_BYTES);
  expect({ figures: describeIsolation(result), bearable: isBearable(result) }).toEqual({
    figures: describeIsolation(result),
    bearable: true,
  });
  report({ ...fleetResult, fault: `slow readers (${describeIsolation(result)})`, backMs: null });
  await flooder.disconnect();
  await slow.stop();
  await line.close();
});

/** The kernel buffers ever more for a fast connection; a new one starts small again. */
async function freshLines(line: FaultyProxy, readers: Awaited<ReturnType<Fleet['join']>>): Promise<void> {
  const before = readers.map(({ client }) => client.closes.length);
  line.cutAll();
  await Promise.all(
    readers.map(({ client }, at) => client.waitUntil(() => client.isLive && client.closes.length > (before[at] ?? 0))),
  );
}

const FLOOD_FRAMES = 400;

test('a flood is refused frame by frame and then closed with 4429; what was taken is kept, what was refused is not, and nobody else waits', async () => {
  await open(['--throttle', 'off', '--message-rate', '100', '--message-burst', '100']);
  const log: Entry[] = [];
  const codes: number[] = [];
  const result = await isolation(fleet, TURNS, {
    base: () => fleet.waitForRound(60),
    fault: async () => {
      const flooder = await FloodingClient.connect(eve, 'random');
      codes.push(await flooder.flood(FLOOD_FRAMES));
      log.push(...flooder.log);
      await fleet.waitForRound(60);
    },
  });
  expect(codes).toEqual(Array(TURNS).fill(4429));
  const storedNonces = new Set((await wholeHistory(eve, 'random')).map(({ nonce }) => nonce));
  const of = (op: 'ack' | 'refused'): string[] => log.flatMap((entry) => (entry.op === op ? [entry.nonce] : []));
  expect(of('refused').length).toBeGreaterThan(TURNS * 49);
  expect(of('refused').filter((nonce) => storedNonces.has(nonce))).toEqual([]);
  expect(of('ack').filter((nonce) => !storedNonces.has(nonce))).toEqual([]);
  const fleetResult = await fleet.check();
  expectNoViolations(seed, fleetResult);
  expect({ figures: describeIsolation(result), bearable: isBearable(result) }).toEqual({
    figures: describeIsolation(result),
    bearable: true,
  });
  report({ ...fleetResult, fault: `flood (${describeIsolation(result)})`, backMs: null });
});

test('frames that are bombs get the code they earn, for their own connection; memory stays, and nobody else waits', async () => {
  await open(UNTHROTTLED);
  const before = await residentBytes(server.pid);
  const result = await isolation(fleet, TURNS, {
    base: () => fleet.waitForRound(60),
    fault: async () => {
      for (const each of BOMBS) expect([each.name, await sendBomb(server, eve, each)]).toEqual([each.name, each.end]);
      await fleet.waitForRound(60);
    },
  });
  expect((await residentBytes(server.pid)) - before).toBeLessThan(GROWTH_MAX_BYTES);
  const fleetResult = await fleet.check();
  expectNoViolations(seed, fleetResult);
  expect({ figures: describeIsolation(result), bearable: isBearable(result) }).toEqual({
    figures: describeIsolation(result),
    bearable: true,
  });
  report({ ...fleetResult, fault: `huge frames and bombs (${describeIsolation(result)})`, backMs: null });
});
