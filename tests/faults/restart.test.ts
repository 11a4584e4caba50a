import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKOFF } from '../../client/backoff.ts';
import type { ClientIdentity } from '../../client/bun-socket.ts';
import type { ServerFrame } from '../../protocol/frames.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { expectNoViolations, Fleet } from './load/fleet.ts';
import { seedUsers } from './load/seeded-users.ts';
import { largestShare, median } from './report/figures.ts';
import { report, worst } from './report/table.ts';

const STORM = 500;
const STAYING = 40;
/**
 * No larger share reconnects within BIN_MS. Without a random delay for each, all of them would.
 * A process with all clients in it that stands still for 350 ms makes three quarters of them reconnect at its end.
 */
const BIN_MS = 100;
const SHARE_MAX = 0.9;

let data: string;
let server: Server;
let seed: number;
let fleet: Fleet;

afterEach(async () => {
  await fleet.stop();
  await server.stop();
  rmSync(data, { recursive: true });
});

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'salon-restart-'));
  seed = seedOfThisRun();
});

async function open(people: number): Promise<readonly ClientIdentity[]> {
  const members = await seedUsers(data, people);
  server = await startServer({ data, args: UNTHROTTLED });
  fleet = new Fleet(server, new Random(seed));
  return members(server);
}

test('SIGTERM under load: every client learns when to reconnect and is back, nothing is lost, and no user left or joined', async () => {
  const lines: string[] = [];
  const onFrame = (frame: ServerFrame): void => {
    if (frame.type === 'user_join' || frame.type === 'user_leave') lines.push(`${frame.type} ${frame.user}`);
  };
  const options = { backoff: BACKOFF, onFrame };
  const members = await open(STAYING);
  await fleet.join({ writers: 3, pauseMs: 2, members, options });
  fleet.startWriting();
  // A client that has the first message has received the joins before it.
  for (const { client } of fleet.clients) await client.waitForHead(1);
  lines.length = 0;
  expect(await server.terminate()).toBe(0);
  await server.start();
  const [returns, backMs] = await Promise.all([fleet.waitForReturns(), fleet.nextAcknowledgement()]);
  const result = await fleet.check();
  expectNoViolations(seed, result);
  expect(lines).toEqual([]);
  const closes = fleet.clients.map(({ client }) => client.closes[0]);
  expect(closes.map((close) => close?.code)).toEqual(closes.map(() => 1012));
  expect(new Set(closes.map((close) => close?.reason)).size).toBe(closes.length);
  expect(largestShare(fleet.dialDelays(returns), BIN_MS)).toBeLessThan(SHARE_MAX);
  report({ ...result, fault: 'SIGTERM under load, first acknowledgement', backMs });
});

test(`${STORM} clients whose server was killed are all back, half of them within 3 s, and do not reconnect all at once`, async () => {
  const members = await open(STORM);
  await fleet.join({ writers: 3, members, pauseMs: 5, options: { backoff: BACKOFF } });
  fleet.startWriting();
  await fleet.nextAcknowledgement();
  await server.kill9();
  await server.start();
  const [returns, firstMs] = await Promise.all([fleet.waitForReturns(), fleet.nextAcknowledgement()]);
  const result = await fleet.check();
  expectNoViolations(seed, result);
  expect(median(returns)).toBeLessThan(3_000);
  expect(largestShare(fleet.dialDelays(returns), BIN_MS)).toBeLessThan(SHARE_MAX);
  report({ ...result, fault: `kill -9 with ${STORM} clients, first acknowledgement`, backMs: firstMs });
  report({ ...result, fault: `kill -9 with ${STORM} clients, half of them back`, backMs: median(returns) });
  report({ ...result, fault: `kill -9 with ${STORM} clients, all of them back`, backMs: worst(returns) });
});
