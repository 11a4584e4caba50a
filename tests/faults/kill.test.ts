import { expect, test } from 'bun:test';
import { bodyAt } from '../support/json.ts';
import { logIn } from '../support/person.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { expectNoViolations, Fleet } from './load/fleet.ts';
import { HALF_REQUESTS, halfRequests } from './load/half-requests.ts';
import { halfOpen } from './network/half-open.ts';
import { report, worst } from './report/table.ts';
import { testWith } from './system/requirements.ts';

const KILLS = 30;
const KILL_AFTER_MS = { min: 30, spread: 300 };
const TIMEOUT_MS = 180_000;
const DIE_AFTER_COMMIT = ['--preload', new URL('../contracts/die-after-commit.ts', import.meta.url).pathname];

test.concurrent(
  `S34: an acknowledged message, edit or deletion is there after ${KILLS} kill -9 under load: once, in order, without a gap, the same for all`,
  async () => {
    const seed = seedOfThisRun();
    const random = new Random(seed);
    const server = await startServer({ args: UNTHROTTLED });
    const fleet = await Fleet.create(server, random, { writers: 3, readers: 2, editChance: 0.05 });
    try {
      fleet.startWriting();
      const backMs = await killRepeatedly(server, fleet, random);
      const result = await fleet.check();
      expectNoViolations(seed, result);
      expect(result.history.length).toBeGreaterThan(KILLS * fleet.writers.length);
      report({ ...result, fault: `kill -9, ${KILLS} times`, backMs: worst(backMs) });
    } finally {
      await fleet.stop();
      await server.stop();
    }
  },
  TIMEOUT_MS,
);

async function killRepeatedly(server: Server, fleet: Fleet, random: Random): Promise<number[]> {
  const backMs: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await Bun.sleep(KILL_AFTER_MS.min + random.next() * KILL_AFTER_MS.spread);
    await server.kill9();
    await server.start();
    backMs.push(await fleet.nextAcknowledgement());
  }
  return backMs;
}

test.concurrent('a server that dies between the commit and the acknowledgement, again and again, gives each resend the number it has', async () => {
  const seed = seedOfThisRun();
  const server = await startServer({ args: UNTHROTTLED });
  const fleet = await Fleet.create(server, new Random(seed), { writers: 1, readers: 1 });
  try {
    const [writer] = fleet.writers;
    const person = await logIn(server, 'writer0-general');
    for (let death = 1; death <= 3; death++) {
      await server.terminate();
      await server.start({}, DIE_AFTER_COMMIT);
      const message = `said before death ${death}`;
      const nonce = writer?.client.send(message);
      expect(await server.waitForExit()).not.toBe(0);
      await server.start();
      const again = await person.post('/api/rooms/general/messages', { message, nonce });
      expect(await bodyAt(again, 'seq')).toBe(death);
      await writer?.client.waitForAnswers();
    }
    const result = await fleet.check();
    expectNoViolations(seed, result);
    expect(result.history.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    report({ ...result, fault: 'death between commit and acknowledgement', backMs: null });
  } finally {
    await fleet.stop();
    await server.stop();
  }
});

// Tests that only wait run beside the kills: they need no quiet, and cost nothing.

testWith(
  'namespaces',
  'a network that is cut without FIN or RST: left within 25 s and the grace, and back when it is restored',
  halfOpen,
  test.concurrent,
);

test.concurrent(
  `${HALF_REQUESTS} half requests keep no user from logging in and writing, and are closed`,
  halfRequests,
);
