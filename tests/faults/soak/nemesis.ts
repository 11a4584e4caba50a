/** Breaks one thing after the other, at random by seed, and mends it again. */
import type { Random } from '../../support/random.ts';
import type { Server } from '../../support/server.ts';
import type { Fleet } from '../load/fleet.ts';
import type { Direction, FaultyProxy } from '../network/faulty-proxy.ts';
import { bandwidth, blackHole, latency, limit, reset, slicer, slowClose, type Toxic } from '../network/toxics.ts';

interface NemesisTarget {
  readonly server: Server;
  readonly proxy: FaultyProxy;
  readonly fleet: Fleet;
  readonly random: Random;
}

type Fault = readonly [name: string, strike: (field: NemesisTarget) => Promise<void>];

const LASTS_MS = { min: 200, spread: 3_000 };

const NETWORK_FAULTS: readonly Fault[] = [
  [
    'line down',
    async ({ proxy, random }) => {
      proxy.down();
      await waitAtRandom(random);
      proxy.up();
    },
  ],
  ['black hole', (field) => withToxic(field, blackHole)],
  ['reset', (field) => withToxic(field, () => reset(field.random.below(5_000)))],
  ['limit', (field) => withToxic(field, () => limit(field.random.below(5_000)))],
  ['latency', (field) => withToxic(field, () => latency(80, 60, field.random.next))],
  ['slicer', (field) => withToxic(field, () => slicer(1 + field.random.below(10)))],
  ['bandwidth', (field) => withToxic(field, () => bandwidth(20_000))],
  ['slow close', (field) => withToxic(field, () => slowClose(1_000))],
  [
    'cut',
    async ({ fleet, random }) => {
      for (const { client } of fleet.clients)
        if (random.chance(1 / 3)) client.disconnect(random.below(LASTS_MS.spread));
    },
  ],
];

const SERVER_FAULTS: readonly Fault[] = [
  [
    'kill -9',
    async ({ server, random }) => {
      await server.kill9();
      if (random.chance(1 / 4)) await waitAtRandom(random);
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
      await waitAtRandom(random);
      server.signal('SIGCONT');
    },
  ],
];

export class Nemesis {
  /** How often each fault struck. */
  readonly strikes = new Map<string, number>();

  private constructor(
    private readonly field: NemesisTarget,
    private readonly faults: readonly Fault[],
  ) {}

  static ofAllFaults(field: NemesisTarget): Nemesis {
    return new Nemesis(field, [...NETWORK_FAULTS, ...SERVER_FAULTS]);
  }

  static ofNetworkFaults(field: NemesisTarget): Nemesis {
    return new Nemesis(field, NETWORK_FAULTS);
  }

  /** Resolves when it is mended. */
  async strike(): Promise<string> {
    const [name, strike] = this.field.random.pick(this.faults);
    this.strikes.set(name, (this.strikes.get(name) ?? 0) + 1);
    await strike(this.field);
    return name;
  }
}

async function withToxic({ proxy, random }: NemesisTarget, make: () => Toxic): Promise<void> {
  const directions: readonly Direction[] = random.pick([['up'], ['down'], ['up', 'down']] as const);
  const remove = proxy.add(make, directions);
  await waitAtRandom(random);
  remove();
}

async function waitAtRandom(random: Random): Promise<void> {
  await Bun.sleep(LASTS_MS.min + random.next() * LASTS_MS.spread);
}
