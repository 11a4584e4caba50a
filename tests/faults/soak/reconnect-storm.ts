import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKOFF } from '../../../client/backoff.ts';
import type { Random } from '../../support/random.ts';
import { startServer, UNTHROTTLED } from '../../support/server.ts';
import { Fleet } from '../load/fleet.ts';
import { seedUsers } from '../load/seeded-users.ts';
import { largestShare, median } from '../report/figures.ts';
import { worst } from '../report/table.ts';
import type { Finding } from './finding.ts';

/** The server dies with all clients connected, each of another user. */
export async function* reconnectStorm(random: Random, count: number): AsyncGenerator<Finding> {
  const data = await mkdtemp(join(tmpdir(), 'salon-storm-'));
  const members = await seedUsers(data, count);
  const server = await startServer({ data, args: UNTHROTTLED });
  const fleet = new Fleet(server, random);
  try {
    await fleet.join({ writers: 30, members: members(server), pauseMs: 1_000, options: { backoff: BACKOFF } });
    fleet.startWriting();
    for (const end of ['kill9', 'terminate'] as const) {
      await fleet.nextAcknowledgement();
      await server[end]();
      await server.start();
      const firstMs = fleet.nextAcknowledgement();
      const returns = await fleet.waitForReturns();
      const notes = [
        `first acknowledgement ${Math.round(await firstMs)} ms after it listened`,
        `back after: median ${Math.round(median(returns))} ms, last ${worst(returns)} ms`,
        `in the fullest 100 ms came ${(100 * largestShare(returns, 100)).toFixed(1)} %`,
      ];
      const name = end === 'kill9' ? 'kill -9' : 'SIGTERM';
      yield {
        fault: `${name} with ${count} clients, all back`,
        backMs: worst(returns),
        result: await fleet.check(),
        notes,
      };
      fleet.startWriting();
    }
  } finally {
    await fleet.stop();
    await server.stop();
    await rm(data, { recursive: true });
  }
}
