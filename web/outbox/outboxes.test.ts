import { expect, test } from 'bun:test';
import { NonceSequence } from '../../client/nonce.ts';
import { TestClock } from '../../client/testing/clock.ts';
import { Random } from '../../tests/support/random.ts';
import { DeviceStore } from '../storage/device-store.ts';
import { TestDevice } from '../testing/device.ts';
import { TestLocks } from '../testing/locks.ts';
import { TestServer, TestTab, type TestWorld } from '../testing/tabs.ts';
import { type OutboxEvent, PAGE_OPENED } from './outbox-events.ts';
import { Outboxes } from './outboxes.ts';
import { TabLeases } from './tab-leases.ts';

type OwnershipOf = TestWorld['ownership'];
type World = TestWorld & { readonly random: Random };

const ROOMS = ['general', 'random'];

const byLeases: OwnershipOf = (_, store, clock, hasWaiting) => new TabLeases({ store, clock, hasWaiting });

function world(seed: number, ownership: OwnershipOf): World {
  const random = new Random(seed);
  const clock = new TestClock();
  // The system clock sometimes goes back.
  const nonces = (): NonceSequence => new NonceSequence(() => 1_000_000 + clock.now() - random.below(3) * 10_000);
  return {
    random,
    clock,
    ownership,
    disk: new Map(),
    server: new TestServer(() => random.chance(0.1)),
    tabs: [],
    nonces,
  };
}

/** After everything that only waits for its turn of the event loop. */
function settled(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

function openTab(world: World): TestTab {
  const tab = new TestTab(world, `tab ${world.tabs.length}`);
  world.tabs.push(tab);
  tab.open(world.random.pick(ROOMS));
  return tab;
}

/** Collects the texts that the disk has, or has had. */
function noteStored(world: World, stored: Set<string>): void {
  for (const value of world.disk.values()) {
    if (typeof value === 'object' && value !== null && 'text' in value) stored.add(String(value.text));
  }
}

function actionsOf(world: World, endTab: (tab: TestTab) => void): (() => void)[] {
  const { random } = world;
  const some = (): TestTab => {
    const living = world.tabs.filter((tab) => tab.isAlive);
    return living.length === 0 ? openTab(world) : random.pick(living);
  };
  const often = (action: (tab: TestTab) => void, times: number) =>
    Array.from({ length: times }, () => () => action(some()));
  return [
    ...often((tab) => tab.write(), 6),
    ...often((tab) => tab.turnDisk(), 16),
    ...often((tab) => tab.online(), 4),
    ...often((tab) => tab.serve(), 8),
    ...often((tab) => tab.receive(), 8),
    ...often((tab) => tab.receiveEvent(), 8),
    ...often((tab) => tab.cut(), 2),
    ...often((tab) => tab.open(random.pick(ROOMS)), 1),
    ...often((tab) => tab.sleep(), 1),
    ...often((tab) => tab.wake(), 2),
    ...often((tab) => tab.logOut(), 1),
    ...often((tab) => tab.logIn(), 2),
    () => void (world.tabs.filter((tab) => tab.isAlive).length < 4 && openTab(world)),
    () => random.chance(0.4) && endTab(some()),
    () => world.clock.pass(random.below(3_000)),
  ];
}

/** A last tab, which runs undisturbed until nothing is left to send. */
async function comeToRest(world: World): Promise<TestTab> {
  const tab = openTab(world);
  for (let turn = 0; turn < 3_000 && !(turn > 60 && tab.outboxes.waitingCount === 0); turn++) {
    tab.online();
    tab.turnDisk();
    tab.serve();
    tab.receive();
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

async function runTabs(
  seed: number,
  ownershipFor: (page: object) => OwnershipOf,
  release: (tab: TestTab) => void,
): Promise<void> {
  const it: World = world(seed, (...parts) => ownershipFor(parts[0])(...parts));
  const onDisk = new Set<string>();
  const endTab = (tab: TestTab): void => {
    if (it.random.chance(0.5)) tab.close();
    else tab.crash();
    release(tab);
  };
  const actions = actionsOf(it, endTab);
  openTab(it);
  for (let step = 0; step < 250; step++) {
    it.random.pick(actions)();
    await settled();
    noteStored(it, onDisk);
  }
  for (const tab of it.tabs.filter((each) => each.isAlive)) {
    if (it.random.chance(0.3)) tab.logOut();
    else endTab(tab);
  }
  noteStored(it, onDisk);
  const last = await comeToRest(it);

  const left = [...it.disk.keys()].filter((key) => key.startsWith('outbox/'));
  expect({ seed, waiting: last.outboxes.waitingCount, left }).toEqual({ seed, waiting: 0, left: [] });
  for (const tab of it.tabs) {
    for (const room of ROOMS) {
      const written = tab.written.filter((each) => each.room === room).map(({ text }) => text);
      const stored = storedOf(it, tab, room);
      const due = written.filter((text) => onDisk.has(text) || stored.includes(text));
      expect({ seed, tab: tab.name, room, stored }).toEqual({ seed, tab: tab.name, room, stored: due });
    }
  }
}

const SEEDS = 300;

test('tabs that open, crash, close, sleep and lose their network: what the device had is stored once, in order', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const locks = new TestLocks();
    await runTabs(
      seed,
      (page) => () => locks.ownershipOf(page),
      (tab) => locks.onDeath(tab),
    );
  }
});

test('the same where a browser has no locks', async () => {
  for (let seed = 1; seed <= SEEDS; seed++)
    await runTabs(
      seed,
      () => byLeases,
      () => {},
    );
});

/** One page, and what it sends and publishes. */
function page(locks = new TestLocks(), device = new TestDevice()) {
  const clock = new TestClock();
  const published: OutboxEvent[] = [];
  const sent: string[] = [];
  const outboxes: Outboxes = new Outboxes({
    clock,
    store: new DeviceStore(device),
    nonces: new NonceSequence(() => 1_000),
    ownership: () => locks.ownershipOf({}),
    senderFor: (room) => ({ send: ({ text }) => void sent.push(`${room}: ${text}`) }),
    tabs: { open() {}, publish: (event) => event !== PAGE_OPENED && published.push(event), close() {} },
    change: (apply) => apply(),
    onPageOpened: () => outboxes.resume(),
  });
  return { device, clock, published, sent, outboxes };
}

const textsOf = (events: readonly OutboxEvent[]): string[] =>
  events.map(({ status }) => `${status.is} ${status.message.text}`);

test('nothing is sent before the device has it; then the other tabs know of it, too', async () => {
  const { device, published, sent, outboxes } = page();
  const release = device.blockUntilReleased();
  outboxes.open();
  outboxes.outboxOf('general').addMessage('hello');
  await settled();
  expect({ sent, published, safe: outboxes.isSafeToClose }).toEqual({ sent: [], published: [], safe: false });
  release();
  await settled();
  expect({ sent, published: textsOf(published), safe: outboxes.isSafeToClose }).toEqual({
    sent: ['general: hello'],
    published: ['waiting hello'],
    safe: true,
  });
});

test('where the device takes nothing it is sent all the same, and would be lost with the page until then', async () => {
  const { device, published, sent, outboxes } = page();
  device.isBroken = true;
  outboxes.open();
  outboxes.outboxOf('general').addMessage('hello');
  await settled();
  expect({ sent, safe: outboxes.isSafeToClose, waiting: outboxes.waitingCount }).toEqual({
    sent: ['general: hello'],
    safe: false,
    waiting: 1,
  });
  // No other tab could send it.
  expect(published).toEqual([]);
  outboxes.outboxOf('general').acknowledge(nonceOf(outboxes), 1);
  expect({ safe: outboxes.isSafeToClose, done: outboxes.isIdle }).toEqual({ safe: true, done: true });
});

/** The nonce of the waiting message. */
function nonceOf(outboxes: Outboxes): string {
  const found: string[] = [];
  const note = (message: { readonly nonce: string }): void => void found.push(message.nonce);
  outboxes
    .outboxOf('general')
    .attachView({ onWaiting: note, onDelayed() {}, onSent() {}, onRefused() {}, onDiscarded() {} });
  return found[0] ?? '';
}

test('a device that never answers holds nothing up for long', async () => {
  const { device, clock, sent, outboxes } = page();
  device.blockUntilReleased();
  outboxes.open();
  outboxes.outboxOf('general').addMessage('hello');
  clock.pass(4_999);
  await settled();
  expect(sent).toEqual([]);
  clock.pass(1);
  await settled();
  expect(sent).toEqual(['general: hello']);
});

test('what a page before has left goes out by POST, before what is written now, and a refused one is shown as such', async () => {
  const { device, sent, outboxes } = page();
  const [A, B, C] = ['000000000000a', '000000000000b', '000000000000c'] as const;
  const left = (nonce: string, room: string) => ({ nonce, text: nonce, tab: 'gone', room });
  device.values.set(`outbox/${A}`, left(A, 'general'));
  device.values.set(`outbox/${B}`, { ...left(B, 'general'), refused: { code: 'too_long', message: 'No.' } });
  device.values.set(`outbox/${C}`, left(C, 'random'));
  outboxes.open();
  const general = outboxes.outboxOf('general');
  general.addMessage('now');
  await settled();
  expect(sent).toEqual([`general: ${A}`, `random: ${C}`]);
  general.acknowledge(A, 1);
  await settled();
  expect(sent).toEqual([`general: ${A}`, `random: ${C}`, 'general: now']);
  const shown: string[] = [];
  const note = ({ text }: { readonly text: string }): void => void shown.push(text);
  general.attachView({ onWaiting() {}, onDelayed() {}, onSent() {}, onRefused: note, onDiscarded() {} });
  expect(shown).toEqual([B]);
  expect([A, B, C].map((nonce) => device.values.has(`outbox/${nonce}`))).toEqual([false, true, true]);
  general.discard(B);
  await settled();
  expect(device.values.has(`outbox/${B}`)).toBe(false);
});

test('what the room shows already is not sent again, and not kept any longer', async () => {
  const { device, sent, outboxes } = page();
  device.values.set('outbox/0a', { nonce: '0a', text: 'stored', tab: 'gone', room: 'general' });
  const release = device.blockUntilReleased();
  outboxes.open();
  outboxes.outboxOf('general').acknowledge('0a', 7);
  release();
  await settled();
  expect({ sent, waiting: outboxes.waitingCount, left: device.values.size }).toEqual({
    sent: [],
    waiting: 0,
    left: 0,
  });
});

test('a message that is final in another tab is final here', async () => {
  const { outboxes } = page();
  outboxes.open();
  const message = { nonce: 'n', text: 'from there', tab: 'other' };
  outboxes.onEvent({ room: 'general', status: { is: 'waiting', message } });
  expect({ waiting: outboxes.waitingCount, done: outboxes.isIdle }).toEqual({ waiting: 1, done: true });
  const refusal = { code: 'too_long', message: 'No.', final: true } as const;
  outboxes.onEvent({ room: 'general', status: { is: 'refused', message, refusal } });
  expect({ waiting: outboxes.waitingCount, isEmpty: outboxes.outboxOf('general').isEmpty }).toEqual({
    waiting: 0,
    isEmpty: false,
  });
  outboxes.onEvent({ room: 'general', status: { is: 'discarded', message } });
  expect(outboxes.outboxOf('general').isEmpty).toBe(true);
});

test('a room that was left is shown on no page, and what waits in it is sent by POST', async () => {
  const { sent, outboxes } = page();
  outboxes.open();
  const general = outboxes.outboxOf('general');
  const shown: string[] = [];
  outboxes.setShownRoom('general');
  general.detachSender();
  const note = ({ text }: { readonly text: string }): void => void shown.push(text);
  general.attachView({ onWaiting: note, onDelayed() {}, onSent() {}, onRefused() {}, onDiscarded() {} });
  general.addMessage('one');
  await settled();
  expect(sent).toEqual([]);
  outboxes.setShownRoom('random');
  expect(sent).toEqual(['general: one']);
  const message = { nonce: 'n', text: 'from there', tab: 'other' };
  outboxes.onEvent({ room: 'general', status: { is: 'waiting', message } });
  expect(shown).toEqual(['one']);
});

test('of what a dead tab left nothing is sent before all of it is known: the younger may have been heard of first', async () => {
  const locks = new TestLocks();
  const other = {};
  locks.ownershipOf(other).claim('other');
  const { device, sent, outboxes } = page(locks);
  outboxes.open();
  await settled();
  const [first, second] = ['1', '2'].map((nonce) => ({ nonce, text: nonce, tab: 'other' }));
  if (first === undefined || second === undefined) throw new Error('two');
  outboxes.onEvent({ room: 'general', status: { is: 'waiting', message: second } });
  const refused = { code: 'too_long', message: 'No.' };
  device.values.set('outbox/0', { ...first, nonce: '0', room: 'general', refused });
  for (const message of [first, second]) device.values.set(`outbox/${message.nonce}`, { ...message, room: 'general' });
  locks.onDeath(other);
  await settled();
  expect(sent).toEqual(['general: 1']);
});

test('what a tab that was logged out has not sent is sent by the next one that is logged in, although the first lives', async () => {
  const [locks, device] = [new TestLocks(), new TestDevice()];
  const first = page(locks, device);
  first.outboxes.open();
  first.outboxes.outboxOf('general').detachSender();
  first.outboxes.outboxOf('general').addMessage('before it ended');
  await settled();
  first.outboxes.pause();
  const second = page(locks, device);
  second.outboxes.open();
  await settled();
  expect({ first: first.sent, second: second.sent }).toEqual({ first: [], second: ['general: before it ended'] });
});

test('a tab that is logged out takes over no messages, and does when it is logged in again', async () => {
  const [locks, device] = [new TestLocks(), new TestDevice()];
  const { outboxes, sent } = page(locks, device);
  outboxes.open();
  await settled();
  outboxes.pause();
  const other = {};
  locks.ownershipOf(other).claim('other');
  const message = { nonce: '1', text: 'from there', tab: 'other' };
  device.values.set('outbox/1', { ...message, room: 'general' });
  outboxes.onEvent({ room: 'general', status: { is: 'waiting', message } });
  locks.onDeath(other);
  await settled();
  expect({ sent, waiting: outboxes.waitingCount }).toEqual({ sent: [], waiting: 1 });
  outboxes.onEvent(PAGE_OPENED);
  await settled();
  expect(sent).toEqual(['general: from there']);
});
