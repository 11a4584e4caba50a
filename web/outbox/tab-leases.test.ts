import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { DeviceStore } from '../storage/device-store.ts';
import { TestDevice } from '../testing/device.ts';
import { TabLeases } from './tab-leases.ts';

/** More beats than a living tab ever misses. */
const LONG_MS = 12_000;

function browser() {
  const device = new TestDevice();
  const waiting = new Set<string>();
  let pages = 0;
  const open = () => {
    const clock = new TestClock();
    const leases = new TabLeases({ store: new DeviceStore(device), clock, hasWaiting: (tab) => waiting.has(tab) });
    leases.claim(`page ${++pages}`);
    return { clock, leases };
  };
  return { device, waiting, open };
}

type Page = ReturnType<ReturnType<typeof browser>['open']>;

/** A second after the other, on each page that lives. */
async function pass(ms: number, ...pages: readonly Page[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    for (const { clock } of pages) clock.pass(1_000);
    await new Promise((done) => setImmediate(done));
  }
}

test('what a tab has to send is its own as long as it lives, and goes to one of the others when it is gone', async () => {
  const { waiting, open } = browser();
  const [a, b, c] = [open(), open(), open()];
  const won: string[] = [];
  a.leases.claim('a');
  waiting.add('a');
  b.leases.takeWhenFree('a', () => won.push('b'));
  await pass(LONG_MS, a, b);
  expect(won).toEqual([]);
  await pass(LONG_MS, b);
  expect(won).toEqual(['b']);
  c.leases.takeWhenFree('a', () => won.push('c'));
  await pass(LONG_MS, b, c);
  expect(won).toEqual(['b']);
  await pass(LONG_MS, c);
  expect(won).toEqual(['b', 'c']);
});

test('a tab that has nothing to send writes nothing, and is not taken for dead', async () => {
  const { device, waiting, open } = browser();
  const [a, b] = [open(), open()];
  const won: string[] = [];
  a.leases.claim('a');
  b.leases.takeWhenFree('a', () => won.push('a'));
  await pass(3 * LONG_MS, a, b);
  expect({ won, written: device.written }).toEqual({ won: [], written: [] });
  waiting.add('a');
  await pass(LONG_MS, a, b);
  waiting.delete('a');
  await pass(LONG_MS, a, b);
  expect({ won, left: [...device.values] }).toEqual({ won: [], left: [] });
});

test('who comes while the other lives takes nothing from it; what was let go is free at once', async () => {
  const { waiting, open } = browser();
  const [a, b] = [open(), open()];
  waiting.add('a');
  a.leases.claim('a');
  await pass(LONG_MS, a);
  expect(await b.leases.tryTake('a')).toBe(false);
  a.leases.release();
  await pass(1_000, b);
  expect(await b.leases.tryTake('a')).toBe(true);
});

test('a machine that was asleep kills nobody: all that sleep wake up together', async () => {
  const { waiting, open } = browser();
  const [a, b] = [open(), open()];
  const won: string[] = [];
  waiting.add('a');
  a.leases.claim('a');
  b.leases.takeWhenFree('a', () => won.push('b'));
  await pass(LONG_MS, a, b);
  for (const { clock } of [a, b]) clock.sleep(3_600_000);
  await pass(LONG_MS, b, a);
  expect(won).toEqual([]);
});

test('a tab that was taken for dead and speaks again has what it writes for itself', async () => {
  const { waiting, open } = browser();
  const [a, b] = [open(), open()];
  const won: string[] = [];
  waiting.add('a');
  b.leases.takeWhenFree('a', () => won.push('first'));
  await pass(LONG_MS, b);
  a.leases.claim('a');
  expect(b.leases.reclaimed('a')).toBe(true);
  expect(b.leases.reclaimed('a')).toBe(false);
  b.leases.takeWhenFree('a', () => won.push('again'));
  await pass(LONG_MS, a, b);
  expect(won).toEqual(['first']);
  await pass(LONG_MS, b);
  expect(won).toEqual(['first', 'again']);
});
