import { expect, test } from 'bun:test';
import { Random } from '../tests/support/random.ts';
import { RisingNonces } from './nonce.ts';
import { TabLeases } from './tab-leases.ts';
import { TestClock } from './test-clock.ts';
import { TestLocks, TestServer, TestTab, type TestWorld } from './test-tabs.ts';

type Lives = TestWorld['lives'];
type World = TestWorld & { readonly random: Random };

const ROOMS = ['general', 'random'];

const byLeases: Lives = (_, kept, clock, waits) => new TabLeases({ kept, clock, waits });

function world(seed: number, lives: Lives): World {
  const random = new Random(seed);
  const clock = new TestClock();
  // The wall's clock goes back at times.
  const nonces = (): RisingNonces => new RisingNonces(() => 1_000_000 + clock.now() - random.below(3) * 10_000);
  const named = nonces();
  return {
    random,
    clock,
    lives,
    disk: new Map(),
    server: new TestServer(() => random.chance(0.1)),
    tabs: [],
    newNonce: () => named.next(),
  };
}

/** All that was begun and needs no more than its turn. */
function settled(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

function openTab(world: World): TestTab {
  const tab = new TestTab(world, `tab ${world.tabs.length}`);
  world.tabs.push(tab);
  tab.open(world.random.pick(ROOMS));
  return tab;
}

/** Whose text the disk has, or has had. */
function noteKept(world: World, kept: Set<string>): void {
  for (const value of world.disk.values()) {
    if (typeof value === 'object' && value !== null && 'text' in value) kept.add(String(value.text));
  }
}

function deedsOf(world: World, died: (tab: TestTab) => void): (() => void)[] {
  const { random } = world;
  const some = (): TestTab => {
    const living = world.tabs.filter((tab) => tab.isAlive);
    return living.length === 0 ? openTab(world) : random.pick(living);
  };
  const often = (deed: (tab: TestTab) => void, times: number) =>
    Array.from({ length: times }, () => () => deed(some()));
  return [
    ...often((tab) => tab.write(), 6),
    ...often((tab) => tab.turnDisk(), 16),
    ...often((tab) => tab.online(), 4),
    ...often((tab) => tab.serve(), 8),
    ...often((tab) => tab.hear(), 8),
    ...often((tab) => tab.hearOthers(), 8),
    ...often((tab) => tab.cut(), 2),
    ...often((tab) => tab.open(random.pick(ROOMS)), 1),
    ...often((tab) => tab.sleep(), 1),
    ...often((tab) => tab.wake(), 2),
    () => void (world.tabs.filter((tab) => tab.isAlive).length < 4 && openTab(world)),
    () => random.chance(0.4) && died(some()),
    () => world.clock.pass(random.below(3_000)),
  ];
}

/** One tab that nothing happens to any more. */
async function comeToRest(world: World): Promise<TestTab> {
  const tab = openTab(world);
  for (let turn = 0; turn < 3_000 && !(turn > 60 && tab.outboxes.waiting === 0); turn++) {
    tab.online();
    tab.turnDisk();
    tab.serve();
    tab.hear();
    world.clock.pass(200);
    await settled();
  }
  for (let turn = 0; turn < 60; turn++) {
    tab.turnDisk();
    await settled();
  }
  return tab;
}

function storedOf(world: World, tab: TestTab, room: string): string[] {
  const rows = world.server.rooms.get(room) ?? [];
  return rows.map(({ text }) => text).filter((text) => text.startsWith(`${tab.name} `));
}

async function live(seed: number, lives: (page: object) => Lives, release: (tab: TestTab) => void): Promise<void> {
  const it: World = world(seed, (...parts) => lives(parts[0])(...parts));
  const kept = new Set<string>();
  const died = (tab: TestTab): void => {
    if (it.random.chance(0.5)) tab.close();
    else tab.crash();
    release(tab);
  };
  const deeds = deedsOf(it, died);
  openTab(it);
  for (let step = 0; step < 250; step++) {
    it.random.pick(deeds)();
    await settled();
    noteKept(it, kept);
  }
  for (const tab of it.tabs.filter((each) => each.isAlive)) died(tab);
  noteKept(it, kept);
  const last = await comeToRest(it);

  const left = [...it.disk.keys()].filter((key) => key.startsWith('outbox/'));
  expect({ seed, waiting: last.outboxes.waiting, left }).toEqual({ seed, waiting: 0, left: [] });
  for (const tab of it.tabs) {
    for (const room of ROOMS) {
      const written = tab.written.filter((each) => each.room === room).map(({ text }) => text);
      const stored = storedOf(it, tab, room);
      const due = written.filter((text) => kept.has(text) || stored.includes(text));
      expect({ seed, tab: tab.name, room, stored }).toEqual({ seed, tab: tab.name, room, stored: due });
    }
  }
}

const SEEDS = 300;

test('tabs that open, crash, close, sleep and lose their network: what the device had is stored once, in order', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const locks = new TestLocks();
    await live(
      seed,
      (page) => () => locks.of(page),
      (tab) => locks.died(tab),
    );
  }
});

test('the same where a browser has no locks', async () => {
  for (let seed = 1; seed <= SEEDS; seed++)
    await live(
      seed,
      () => byLeases,
      () => {},
    );
});
