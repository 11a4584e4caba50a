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

/** Time passes second by second on each living page. */
async function pass(ms: number, ...pages: readonly Page[]): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    for (const { clock } of pages) clock.pass(1_000);
    await new Promise((done) => setImmediate(done));
  }
}

test('what a tab has to send is its own as long as it lives, and goes to one of the others when it is gone', async () => {
  const { waiting, open } = browser();
  const [a, b, c] = [open(), open(), open()];
  const taken: string[] = [];
  a.leases.claim('a');
  waiting.add('a');
  b.leases.takeWhenFree('a', () => taken.push('b'));
  await pass(LONG_MS, a, b);
  expect(taken).toEqual([]);
  await pass(LONG_MS, b);
  expect(taken).toEqual(['b']);
  c.leases.takeWhenFree('a', () => taken.push('c'));
  await pass(LONG_MS, b, c);
  expect(taken).toEqual(['b']);
  await pass(LONG_MS, c);
  expect(taken).toEqual(['b', 'c']);
});

test('a tab that has nothing to send writes nothing, and is not taken for dead', async () => {
  const { device, waiting, open } = browser();
  const [a, b] = [open(), open()];
  const taken: string[] = [];
  a.leases.claim('a');
  b.leases.takeWhenFree('a', () => taken.push('a'));
  await pass(3 * LONG_MS, a, b);
  expect({ taken, written: device.written }).toEqual({ taken: [], written: [] });
  waiting.add('a');
  await pass(LONG_MS, a, b);
  waiting.delete('a');
  await pass(LONG_MS, a, b);
  expect({ taken, left: [...device.values] }).toEqual({ taken: [], left: [] });
});

test('a tab that comes while the other lives takes nothing from it; what was released is free at once', async () => {
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
  const taken: string[] = [];
  waiting.add('a');
  a.leases.claim('a');
  b.leases.takeWhenFree('a', () => taken.push('b'));
  await pass(LONG_MS, a, b);
  for (const { clock } of [a, b]) clock.sleep(3_600_000);
  await pass(LONG_MS, b, a);
  expect(taken).toEqual([]);
});

test('a tab that was taken for dead and comes back sends its new messages itself', async () => {
  const { waiting, open } = browser();
  const [a, b] = [open(), open()];
  const taken: string[] = [];
  waiting.add('a');
  b.leases.takeWhenFree('a', () => taken.push('first'));
  await pass(LONG_MS, b);
  a.leases.claim('a');
  expect(b.leases.reclaimed('a')).toBe(true);
  expect(b.leases.reclaimed('a')).toBe(false);
  b.leases.takeWhenFree('a', () => taken.push('again'));
  await pass(LONG_MS, a, b);
  expect(taken).toEqual(['first']);
  await pass(LONG_MS, b);
  expect(taken).toEqual(['first', 'again']);
});
