import type { Random } from '../../support/random.ts';
import { type Server, startServer, UNTHROTTLED } from '../../support/server.ts';
import { Fleet } from '../load/fleet.ts';
import { newRoom } from '../load/new-room.ts';
import { FaultyProxy } from '../network/faulty-proxy.ts';
import { worst } from '../report/table.ts';
import { residentBytes } from '../system/resident-memory.ts';
import type { Finding } from './finding.ts';
import { Nemesis } from './nemesis.ts';

const MINUTE_MS = 60_000;
const ROUND_MS = 45_000;
const SILENCE_MS = 2_000;
const MIB = 1024 * 1024;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Half of the time anything breaks, the server too; in the other half only the network, so that one server lives through it. */
export async function* randomFaults(random: Random, minutes: number): AsyncGenerator<Finding> {
  const server = await startServer({ args: UNTHROTTLED });
  const proxy = await FaultyProxy.to(server.port);
  const begun = performance.now();
  const half = (minutes * MINUTE_MS) / 2;
  const samples: Sample[] = [];
  try {
    for (let round = 1; performance.now() - begun < 2 * half; round++) {
      const allFaults = performance.now() - begun < half;
      const finding = await oneRound(server, proxy, random, round, allFaults);
      if (!allFaults) samples.push({ atMs: performance.now(), bytes: await residentBytes(server.pid) });
      yield { ...finding, notes: [...(finding.notes ?? []), ...slope(samples)] };
    }
  } finally {
    await proxy.close();
    await server.stop();
  }
}

async function oneRound(
  server: Server,
  proxy: FaultyProxy,
  random: Random,
  round: number,
  allFaults: boolean,
): Promise<Finding> {
  const fleet = new Fleet(server, random, await newRoom(server, `round ${round}`));
  await fleet.join({ writers: 2, readers: 1, pauseMs: 10, editChance: 0.1 });
  await fleet.join({
    writers: 3,
    readers: 3,
    pauseMs: 10,
    through: proxy,
    editChance: 0.1,
    options: { silenceMs: SILENCE_MS },
  });
  const field = { server, proxy, fleet, random };
  const nemesis = allFaults ? Nemesis.ofAllFaults(field) : Nemesis.ofNetworkFaults(field);
  fleet.startWriting();
  const until = performance.now() + ROUND_MS;
  const backMs: number[] = [];
  while (performance.now() < until) {
    await nemesis.strike();
    backMs.push(await fleet.nextAcknowledgement());
  }
  const result = await fleet.check();
  await fleet.stop();
  const strikes = [...nemesis.strikes].map(([name, times]) => `${times} × ${name}`).join(', ');
  return {
    fault: `${allFaults ? 'any fault' : 'any fault of the network'}, round ${round}`,
    backMs: worst(backMs),
    result,
    notes: [strikes],
  };
}

/** Of the straight line through all samples. */
function slope(samples: readonly Sample[]): string[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, bytes] = [mean(samples.map(({ atMs }) => atMs)), mean(samples.map((sample) => sample.bytes))];
  const rise = mean(samples.map((sample) => (sample.atMs - at) * (sample.bytes - bytes)));
  const run = mean(samples.map((sample) => (sample.atMs - at) ** 2));
  const hourly = run === 0 ? 0 : ((rise / run) * 60 * MINUTE_MS) / MIB;
  return [
    `resident ${Math.round(last.bytes / MIB)} MiB, ${hourly.toFixed(1)} MiB an hour over ${samples.length} rounds`,
  ];
}
