/** Breaks one thing after the other, by chance that can be repeated, and mends it again. */
import type { Random } from '../../support/random.ts';
import type { Server } from '../../support/server.ts';
import type { Fleet } from '../load/fleet.ts';
import type { BadLine, Direction } from '../network/faulty-proxy.ts';
import { bandwidth, blackHole, latency, limit, reset, slicer, slowClose, type Toxic } from '../network/toxics.ts';

interface Field {
  readonly server: Server;
  readonly line: BadLine;
  readonly fleet: Fleet;
  readonly random: Random;
}

type Fault = readonly [name: string, strike: (field: Field) => Promise<void>];

const LASTS_MS = { min: 200, spread: 3_000 };

const OF_THE_LINE: readonly Fault[] = [
  [
    'line down',
    async ({ line, random }) => {
      line.down();
      await aWhile(random);
      line.up();
    },
  ],
  ['black hole', (field) => poisoned(field, blackHole)],
  ['reset', (field) => poisoned(field, () => reset(field.random.below(5_000)))],
  ['limit', (field) => poisoned(field, () => limit(field.random.below(5_000)))],
  ['latency', (field) => poisoned(field, () => latency(80, 60, field.random.next))],
  ['slicer', (field) => poisoned(field, () => slicer(1 + field.random.below(10)))],
  ['bandwidth', (field) => poisoned(field, () => bandwidth(20_000))],
  ['slow close', (field) => poisoned(field, () => slowClose(1_000))],
  [
    'cut',
    async ({ fleet, random }) => {
      for (const { client } of fleet.clients) if (random.chance(1 / 3)) client.cut(random.below(LASTS_MS.spread));
    },
  ],
];

const OF_THE_SERVER: readonly Fault[] = [
  [
    'kill -9',
    async ({ server, random }) => {
      await server.kill9();
      if (random.chance(1 / 4)) await aWhile(random);
      await server.start();
    },
  ],
  [
    'SIGTERM',
    async ({ server }) => {
      await server.restart();
    },
  ],
  [
    'SIGSTOP',
    async ({ server, random }) => {
      server.signal('SIGSTOP');
      await aWhile(random);
      server.signal('SIGCONT');
    },
  ],
];

export class Nemesis {
  /** How often each fault struck. */
  readonly struck = new Map<string, number>();

  private constructor(
    private readonly field: Field,
    private readonly faults: readonly Fault[],
  ) {}

  static ofEverything(field: Field): Nemesis {
    return new Nemesis(field, [...OF_THE_LINE, ...OF_THE_SERVER]);
  }

  static ofTheLine(field: Field): Nemesis {
    return new Nemesis(field, OF_THE_LINE);
  }

  /** Resolves when it is mended. */
  async strike(): Promise<string> {
    const [name, strike] = this.field.random.pick(this.faults);
    this.struck.set(name, (this.struck.get(name) ?? 0) + 1);
    await strike(this.field);
    return name;
  }
}

async function poisoned({ line, random }: Field, make: () => Toxic): Promise<void> {
  const directions: readonly Direction[] = random.pick([['up'], ['down'], ['up', 'down']] as const);
  const remove = line.add(make, directions);
  await aWhile(random);
  remove();
}

async function aWhile(random: Random): Promise<void> {
  await Bun.sleep(LASTS_MS.min + random.next() * LASTS_MS.spread);
}
