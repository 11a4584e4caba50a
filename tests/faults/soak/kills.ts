import type { Random } from '../../support/random.ts';
import { startServer, UNTHROTTLED } from '../../support/server.ts';
import { Fleet } from '../load/fleet.ts';
import { newRoom } from '../load/new-room.ts';
import { worst } from '../report/table.ts';
import type { Finding } from './finding.ts';

/** Each batch in its own room, so that the clients' logs stay bounded. */
const KILLS_A_ROOM = 100;
const KILL_AFTER_MS = { min: 20, spread: 400 };

/** One server's data, killed again and again under load. */
export async function* kills(random: Random, count: number): AsyncGenerator<Finding> {
  const server = await startServer({ args: UNTHROTTLED });
  try {
    for (let done = 0; done < count; done += KILLS_A_ROOM) {
      const some = Math.min(KILLS_A_ROOM, count - done);
      const fleet = new Fleet(server, random, await newRoom(server, `kills ${done}`));
      await fleet.join({ writers: 3, readers: 2, editChance: 0.05 });
      fleet.startWriting();
      const backMs: number[] = [];
      for (let kill = 0; kill < some; kill++) {
        await Bun.sleep(KILL_AFTER_MS.min + random.next() * KILL_AFTER_MS.spread);
        await server.kill9();
        await server.start();
        backMs.push(await fleet.nextAcknowledgement());
      }
      const result = await fleet.check();
      await fleet.stop();
      yield { fault: `kill -9, ${done + 1} to ${done + some}`, backMs: worst(backMs), result };
    }
  } finally {
    await server.stop();
  }
}
