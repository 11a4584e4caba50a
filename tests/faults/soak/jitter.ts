import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../support/random.ts';
import { startServer, UNTHROTTLED } from '../../support/server.ts';
import { Fleet } from '../load/fleet.ts';
import { seedUsers } from '../load/seeded-users.ts';
import { median, p99 } from '../report/figures.ts';
import { worst } from '../report/table.ts';
import type { Finding } from './finding.ts';

const MESSAGES = 120;
const EVERY_MS = 500;
const CUT_EVERY_MS = 15_000;
const AWAY_MS = 2_000;

/** Mobile clients: each loses its connection about every 15 s, for 2 s, while a user writes twice a second. */
export async function jitter(random: Random, count: number): Promise<Finding> {
  const data = await mkdtemp(join(tmpdir(), 'salon-jitter-'));
  const members = await seedUsers(data, count);
  const server = await startServer({ data, args: UNTHROTTLED });
  const fleet = new Fleet(server, random);
  const cuts: Timer[] = [];
  try {
    await fleet.join({ writers: 1, members: members(server), options: { backoff: { baseMs: 1, capMs: 1_000 } } });
    const first = fleet.clients.map(({ client }) => client.connectMs.length);
    for (const { client } of fleet.readers) cuts.push(repeatCut(random, () => client.disconnect(AWAY_MS)));
    await sendMessages(fleet);
    for (const cut of cuts) clearTimeout(cut);
    const result = await fleet.check();
    const replays = fleet.clients.flatMap(({ client }, at) => client.connectMs.slice(first[at]));
    const due = MESSAGES * fleet.readers.length;
    const shown = fleet.readers.flatMap(({ client }) => client.log.filter(({ op }) => op === 'show')).length;
    const notes = [
      `${replays.length} returns; ${shown} of ${due} messages delivered (${((100 * shown) / due).toFixed(2)} %)`,
      `from dialling to live: median ${median(replays).toFixed(0)} ms, p99 ${p99(replays).toFixed(0)} ms, worst ${worst(replays)} ms`,
    ];
    return {
      fault: `${count} clients, each cut every 15 s for 2 s; p99 of a return`,
      backMs: p99(replays),
      result,
      notes,
    };
  } finally {
    for (const cut of cuts) clearTimeout(cut);
    await fleet.stop();
    await server.stop();
    await rm(data, { recursive: true });
  }
}

async function sendMessages(fleet: Fleet): Promise<void> {
  for (const { client } of fleet.writers) {
    for (let n = 1; n <= MESSAGES; n++) {
      client.send(`message ${n}`);
      await Bun.sleep(EVERY_MS);
    }
  }
}

/** First somewhere in the period, so that not all go at once. */
function repeatCut(random: Random, cut: () => void): Timer {
  const timer: Timer = setTimeout(
    () => {
      cut();
      timer.refresh();
    },
    CUT_EVERY_MS * (0.5 + random.next()),
  );
  return timer;
}
