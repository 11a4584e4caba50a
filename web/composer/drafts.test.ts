import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { CopiedDevice } from '../storage/copied-device.ts';
import { DeviceStore } from '../storage/device-store.ts';
import { TestDevice } from '../testing/device.ts';
import { Drafts, restoredDraft } from './drafts.ts';

interface Desk {
  readonly device: TestDevice;
  readonly clock: TestClock;
  readonly drafts: Drafts;
}

function desk(device = new TestDevice()): Desk {
  const clock = new TestClock();
  return { device, clock, drafts: new Drafts(new DeviceStore(device), clock) };
}

/** All pending reads and writes of the device are done. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test('what was typed is saved when typing pauses, and once a second while it does not', async () => {
  const { device, clock, drafts } = desk();
  for (let letters = 1; letters <= 18; letters++) {
    drafts.write('general', 'x'.repeat(letters));
    clock.pass(100);
  }
  await settled();
  expect(device.values.get('draft/general')).toEqual({ text: 'x'.repeat(10) });
  clock.pass(300);
  await settled();
  expect(device.values.get('draft/general')).toEqual({ text: 'x'.repeat(18) });
  expect(device.written).toEqual(['put draft/general', 'put draft/general']);
  expect(clock.waiting).toBe(0);
});

test('a draft is there for another page of the same person, and gone when its text is', async () => {
  const { device, drafts } = desk();
  drafts.write('general', 'half');
  drafts.write('random', 'a sentence');
  drafts.save();
  await settled();
  const next = desk(device).drafts;
  expect(await next.readStored('general')).toBe('half');
  expect(next.hasDraft('general')).toBe(true);
  next.write('general', '');
  next.save();
  await settled();
  expect([...device.values.keys()]).toEqual(['draft/random']);
});

test('a room tells when it gets a draft and when it has none any more, not every letter', async () => {
  const { device, drafts } = desk();
  device.values.set('draft/help', { text: 'from yesterday' });
  const changes: string[] = [];
  drafts.watch((room) => changes.push(`${room} ${drafts.hasDraft(room)}`));
  await drafts.load();
  for (const text of ['a', 'ab', 'abc', '']) drafts.write('general', text);
  expect(changes).toEqual(['help true', 'general true', 'general false']);
});

test('what is read late does not take the place of what was typed meanwhile', async () => {
  const { device, drafts } = desk();
  device.values.set('draft/general', { text: 'old' });
  const release = device.blockUntilReleased();
  const loading = drafts.load();
  drafts.write('general', 'new');
  release();
  await loading;
  expect(drafts.textOf('general')).toBe('new');
});

test('a tab that only looks at a draft does not write it', async () => {
  const { device, clock, drafts } = desk();
  device.values.set('draft/general', { text: 'mine' });
  await drafts.load();
  drafts.write('general', await drafts.readStored('general'));
  clock.pass(5_000);
  drafts.save();
  await settled();
  expect(device.written).toEqual([]);
});

test('whatever else stands in the store is no draft', async () => {
  const { device, drafts } = desk();
  for (const [at, value] of [null, 'text', { text: 1 }, [], { txt: 'x' }].entries()) {
    device.values.set(`draft/${at}`, value);
  }
  await drafts.load();
  for (let at = 0; at < 5; at++) expect(drafts.hasDraft(String(at))).toBe(false);
});

test('a draft is safe only when the device has it', async () => {
  const { device, drafts } = desk();
  expect(drafts.isStored).toBe(true);
  drafts.write('general', 'half');
  expect(drafts.isStored).toBe(false);
  drafts.save();
  await settled();
  expect(drafts.isStored).toBe(true);
  device.isBroken = true;
  drafts.write('general', 'half a');
  drafts.save();
  await settled();
  expect(drafts.isStored).toBe(false);
  drafts.write('general', '');
  expect(drafts.isStored).toBe(true);
});

test('what was typed last is there after a reload, although the device drops what a closing page writes', async () => {
  const copies = new Map<string, unknown>();
  const preferences = {
    read: (name: string): unknown => copies.get(name),
    write: (name: string, value: unknown): void => void copies.set(name, value),
  };
  const open = (device: TestDevice): Drafts =>
    new Drafts(new DeviceStore(new CopiedDevice(device, preferences)), new TestClock());
  const closing = new TestDevice();
  const page = open(closing);
  page.write('random', 'to be cleared');
  page.write('general', 'half');
  page.save();
  await settled();
  const left = [...closing.values];
  closing.blockUntilReleased();
  page.write('general', 'half a sentence');
  page.write('random', '');
  page.save();
  const next = new TestDevice();
  for (const [key, value] of left) next.values.set(key, value);
  const drafts = open(next);
  await drafts.load();
  expect([drafts.textOf('general'), drafts.textOf('random')]).toEqual(['half a sentence', '']);
  expect(await drafts.readStored('general')).toBe('half a sentence');
});

test('letters typed before the draft was read stand behind it, as if it had been there from the start', () => {
  expect(restoredDraft('half', '', '')).toBe('half');
  expect(restoredDraft('half', '', ' a')).toBe('half a');
  expect(restoredDraft('', '', 'a')).toBe('a');
});

test('a draft that this page knew is taken as the other tab left it, if nobody has typed since', () => {
  expect(restoredDraft('from there', 'mine', 'mine')).toBe('from there');
  expect(restoredDraft('', 'mine', 'mine')).toBe('');
  expect(restoredDraft('from there', 'mine', 'mine and more')).toBe('mine and more');
});

test('a box that the browser has filled itself is not filled twice', () => {
  expect(restoredDraft('half', '', 'half')).toBe('half');
});
