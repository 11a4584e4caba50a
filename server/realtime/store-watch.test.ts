import { afterEach, beforeEach, expect, jest, test } from 'bun:test';
import { Refusal } from '../../protocol/refusals.ts';
import { StoreWatch } from './store-watch.ts';

type Event = 'down' | 'up';

const failures: unknown[] = [];
let listeners: [Event, () => void][];
let caughtUp: number;
let sessionsChecked: number;
let fails: Error | null;
let watch: StoreWatch | null = null;

const layer = {
  onConnectionChange(event: Event, listener: () => void) {
    listeners.push([event, listener]);
    return () => {
      listeners = listeners.filter(([, each]) => each !== listener);
    };
  },
};

function start(hasRedis: boolean): void {
  const streams = {
    async catchUp() {
      caughtUp += 1;
      if (fails !== null) throw fails;
    },
  };
  const sessions = {
    async closeEnded() {
      sessionsChecked += 1;
    },
  };
  watch = new StoreWatch(streams, sessions, layer, (error) => failures.push(error), { hasRedis });
}

const emit = (event: Event): void => {
  for (const [each, listener] of listeners) if (each === event) listener();
};

/** Time passes in steps, so that what was asked is answered in between. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    jest.advanceTimersByTime(100);
    await Promise.resolve();
    await Promise.resolve();
  }
}

beforeEach(() => {
  jest.useFakeTimers();
  [listeners, caughtUp, sessionsChecked, fails] = [[], 0, 0, null];
  failures.length = 0;
});
afterEach(() => {
  watch?.stop();
  jest.useRealTimers();
});

test('the heads of the rooms are asked for about once a second, with Redis too', async () => {
  start(true);
  await pass(9_000);
  expect(caughtUp).toBe(10);
  expect(sessionsChecked).toBe(0);
});

test('sessions are looked at while there is no Redis, and once when it comes', async () => {
  start(true);
  emit('down');
  await pass(8_000);
  expect(sessionsChecked).toBe(1);
  emit('up');
  await pass(20_000);
  expect(sessionsChecked).toBe(2);
});

test('without any Redis sessions are looked at for ever', async () => {
  start(false);
  await pass(24_000);
  expect(sessionsChecked).toBe(3);
});

test('a database that is away is asked again and fills no log; any other failure is told', async () => {
  start(true);
  fails = new Refusal('busy', 1_000);
  await pass(3_000);
  expect(caughtUp).toBe(3);
  expect(failures).toEqual([]);
  fails = new Error('a bug');
  await pass(1_000);
  expect(failures).toEqual([fails]);
});

test('after the stop nothing is asked and nothing listens', async () => {
  start(true);
  watch?.stop();
  await pass(9_000);
  expect([caughtUp, listeners.length]).toEqual([0, 0]);
});
