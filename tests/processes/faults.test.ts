/** Three processes on one PostgreSQL and one Redis, and one of these parts after the other fails. */
import { expect, test } from 'bun:test';
import { expectNoViolations, Fleet } from '../faults/load/fleet.ts';
import { report, worst } from '../faults/report/table.ts';
import { Random } from '../support/random.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { Deployment } from './deployment.ts';

const TIMEOUT_MS = 180_000;
const PROCESSES = 3;

/** Writers and readers at every process; `fault` fails and mends something, and answers when talk was back, if it was gone. */
async function underFault(
  name: string,
  fault: (deployment: Deployment, fleet: Fleet, random: Random) => Promise<number | null>,
): Promise<void> {
  const seed = seedOfThisRun();
  const random = new Random(seed);
  const deployment = await Deployment.start({ processes: PROCESSES });
  const fleet = new Fleet(deployment.server(0), random);
  try {
    for (const server of deployment.servers)
      await fleet.join({ writers: 2, readers: 1, editChance: 0.05, through: server });
    fleet.startWriting();
    await fleet.waitForRound(20);
    const backMs = await fault(deployment, fleet, random);
    await fleet.waitForRound(20);
    const result = await fleet.check();
    expectNoViolations(seed, result);
    report({ ...result, fault: `three processes: ${name}`, backMs });
  } finally {
    await fleet.stop();
    await deployment.stop();
  }
}

test(
  'S53: nothing is lost, doubled or out of order over three processes whose PostgreSQL crashes again and again',
  () =>
    underFault('PostgreSQL crashes 5 times', async (deployment, fleet) => {
      const backMs: number[] = [];
      for (let crash = 0; crash < 5; crash += 1) {
        await Bun.sleep(200);
        await deployment.postgres.crash();
        await deployment.postgres.start();
        backMs.push(await fleet.nextAcknowledgement());
      }
      expect(worst(backMs)).toBeLessThan(2_000);
      return worst(backMs);
    }),
  TIMEOUT_MS,
);

test(
  'a PostgreSQL that stands still for ten seconds loses nothing, and talk is back when it is',
  () =>
    underFault('PostgreSQL stands still for 10 s', async (deployment, fleet) => {
      await deployment.postgres.pause();
      await Bun.sleep(10_000);
      await deployment.postgres.resume();
      return fleet.nextAcknowledgement();
    }),
  TIMEOUT_MS,
);

test(
  'a Redis that is killed, stands still and comes back empty never stops talk',
  () =>
    underFault('Redis killed, empty, standing still', async (deployment, fleet) => {
      await deployment.redis.kill();
      expect(await fleet.nextAcknowledgement()).toBeLessThan(1_000);
      await fleet.waitForRound(20);
      await deployment.redis.start();
      await fleet.waitForRound(20);
      deployment.redis.pause();
      expect(await fleet.nextAcknowledgement()).toBeLessThan(1_000);
      await Bun.sleep(3_000);
      deployment.redis.resume();
      return null;
    }),
  TIMEOUT_MS,
);

test(
  'a process that is killed takes nothing with it, and its clients come back through it',
  () =>
    underFault('a process killed 5 times', async (deployment, fleet) => {
      const backMs: number[] = [];
      for (let kill = 0; kill < 5; kill += 1) {
        const server = deployment.server(kill);
        await Bun.sleep(150);
        await server.kill9();
        await server.start();
        backMs.push(worst(await fleet.waitForReturns()));
      }
      return worst(backMs);
    }),
  TIMEOUT_MS,
);

test(
  'a process that stands still for five seconds holds up nobody else, and goes on without a gap',
  () =>
    underFault('a process stands still for 5 s', async (deployment, fleet) => {
      deployment.server(1).signal('SIGSTOP');
      const longest = await fleet.nextAcknowledgement();
      await Bun.sleep(5_000);
      deployment.server(1).signal('SIGCONT');
      expect(longest).toBeLessThan(5_000);
      return fleet.nextAcknowledgement();
    }),
  TIMEOUT_MS,
);
