import { afterEach, beforeEach, expect, test } from 'bun:test';
import type { ReliableClient } from '../../client/client.ts';
import type { ServerFrame } from '../../protocol/frames.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { expectNoViolations, Fleet } from './load/fleet.ts';
import { FaultyProxy } from './network/faulty-proxy.ts';
import { bandwidth, blackHole, latency, limit, reset, slicer } from './network/toxics.ts';
import { report, worst } from './report/table.ts';

const CUTS = 200;
const SILENCE_MS = 400;
const AWAY_MS = 60_000;

let server: Server;
let proxy: FaultyProxy;
let seed: number;
let fleet: Fleet;

beforeEach(async () => {
  server = await startServer({ args: UNTHROTTLED });
  proxy = await FaultyProxy.to(server.port);
  seed = seedOfThisRun();
  fleet = new Fleet(server, new Random(seed));
});

afterEach(async () => {
  await fleet.stop();
  await proxy.close();
  await server.stop();
});

test(`a connection cut after each of the first ${CUTS} bytes of an acknowledgement, by FIN and by RST: sent again, stored once`, async () => {
  let listed = false;
  const onFrame = ({ type }: ServerFrame): void => {
    if (type === 'user_list' || type === 'welcome') listed = type === 'user_list';
  };
  await fleet.join({ readers: 1 });
  await fleet.join({ writers: 1, through: proxy, options: { onFrame, backoff: { baseMs: 2, capMs: 2 } } });
  for (const { client } of fleet.writers) {
    for (const cut of [limit, reset]) {
      for (let bytes = 1; bytes <= CUTS; bytes++) {
        await client.waitUntil(() => client.isLive && listed);
        const remove = proxy.addToOpenConnections(() => cut(bytes), ['down']);
        client.send(`${cut.name} behind ${bytes} ${'·'.repeat(40)}`);
        await client.waitForAnswers().finally(remove);
      }
    }
    expect(client.closes.length).toBeGreaterThanOrEqual(2 * CUTS);
    report({
      ...(await checkedResult()),
      fault: `line cut at byte 1 to ${CUTS} of an acknowledgement`,
      backMs: worst(client.connectMs),
    });
  }
});

test('a silent cut, without FIN or RST: the client notices by the silence, reconnects, and its message is stored once', async () => {
  await fleet.join({ writers: 1, readers: 1, pauseMs: 10 });
  const away = await fleet.join({ writers: 2, readers: 1, through: proxy, options: { silenceMs: SILENCE_MS } });
  fleet.startWriting();
  const backMs: number[] = [];
  for (let cut = 0; cut < 3; cut++) {
    await fleet.nextAcknowledgement();
    const remove = proxy.add(blackHole);
    const before = away.map(({ client }) => client.closes.length);
    await Promise.all(away.map(({ client }, at) => client.waitUntil(() => client.closes.length > (before[at] ?? 0))));
    const begun = performance.now();
    remove();
    await Promise.all(away.map(({ client }) => client.waitUntil(() => client.isLive)));
    backMs.push(performance.now() - begun);
  }
  report({ ...(await checkedResult()), fault: 'silent cut, noticed by the silence', backMs: worst(backMs) });
});

test('a reader on a connection of 64 KiB a second, who missed fifty messages of each writer, catches up and goes live without a gap', async () => {
  await fleet.join({ writers: 3, readers: 1, pauseMs: 10, editChance: 0.1 });
  const [slow] = await fleet.join({ readers: 1, through: proxy });
  if (slow === undefined) throw new Error('nobody came');
  const remove = proxy.add(() => bandwidth(64 * 1024), ['down']);
  fleet.startWriting();
  slow.client.disconnect(AWAY_MS);
  for (const { client } of fleet.writers) await client.waitUntil(() => client.answeredMs.length > 50);
  slow.client.retryNow();
  await Promise.all(fleet.writers.map(({ client, name }) => burst(client, name)));
  expect(slow.client.closes).toHaveLength(1);
  report({ ...(await checkedResult()), fault: 'reader on a slow line', backMs: worst(slow.client.connectMs) });
  remove();
});

test('latency, slices of one byte, cuts and a network that is down: all of it at once, and nothing is lost', async () => {
  await fleet.join({ writers: 1, readers: 1, pauseMs: 10 });
  await fleet.join({ writers: 3, readers: 2, through: proxy, editChance: 0.1, options: { silenceMs: 2 * SILENCE_MS } });
  const random = new Random(seed);
  fleet.startWriting();
  for (let round = 0; round < 6; round++) {
    const removals = [
      proxy.add(() => latency(10, 10, random.next), ['up']),
      proxy.add(() => slicer(1 + random.below(20)), ['down']),
      proxy.add(() => random.pick([limit, reset])(200 + random.below(4_000)), [random.pick(['up', 'down'] as const)]),
    ];
    await Bun.sleep(100 + random.below(200));
    proxy.down();
    for (const remove of removals) remove();
    proxy.up();
    await fleet.nextAcknowledgement();
  }
  report({
    ...(await checkedResult()),
    fault: 'latency, slicer, cuts and down together',
    backMs: worst(await fleet.waitForReturns()),
  });
});

async function checkedResult() {
  const result = await fleet.check();
  expectNoViolations(seed, result);
  return result;
}

/** More than the proxy carries in the time in which it is sent. */
async function burst(client: ReliableClient, name: string): Promise<void> {
  for (let n = 0; n < 20; n++) client.send(`${name}, at length: ${n} ${'x'.repeat(2_000)}`);
  await client.waitForAnswers();
}
