import { expect, test } from 'bun:test';
import { Backoff, type ReconnectDelay } from './backoff.ts';

const atMost = (): Backoff => new Backoff(() => 1);
const RESTART = 1012;
const FLOOD = 4429;

test('the limit doubles with each attempt, up to 5 s, and a connection that held brings it back', () => {
  const backoff = atMost();
  expect(backoff.isFirstAttempt).toBe(true);
  expect(Array.from({ length: 6 }, () => backoff.delayMs(0))).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(backoff.isFirstAttempt).toBe(false);
  expect([backoff.delayMs(4_999), backoff.delayMs(5_000), backoff.delayMs(0)]).toEqual([5_000, 500, 1_000]);
});

test('the delay is anything between nothing and the limit', () => {
  expect([0, 0.25, 0.5].map((chance) => new Backoff(() => chance).delayMs(0))).toEqual([0, 125, 250]);
});

test('after a gap the client is back within 200 ms, later if gaps go on', () => {
  const backoff = atMost();
  expect([1, 2, 3].map(() => backoff.delayAfterGapMs(0))).toEqual([200, 400, 800]);
});

test('a caller with shorter times waits no longer than those after a gap', () => {
  const backoff = new Backoff(() => 1, { baseMs: 2, capMs: 3 });
  expect([backoff.delayAfterGapMs(0), backoff.delayMs(0)]).toEqual([2, 3]);
});

test('the delay that a restarting server asks for is taken as it is, and costs no attempt', () => {
  const backoff = atMost();
  const asked = backoff.delayAfterClose({ code: RESTART, reason: 'retry_after=1500' }, 0);
  expect(asked).toEqual({ ms: 1_500, isFixed: true });
  expect(backoff.isFirstAttempt).toBe(true);
});

test('a restart that names no delay, or one without measure, has one all the same', () => {
  const delay = (reason: string): ReconnectDelay => atMost().delayAfterClose({ code: RESTART, reason }, 0);
  expect(['', 'retry_after=x', 'retry_after=9999999999'].map(delay)).toEqual(Array(3).fill({ ms: 500, isFixed: true }));
  expect(delay('retry_after=999999999')).toEqual({ ms: 60_000, isFixed: true });
});

test('a flood is waited out; any other close is an ordinary failure', () => {
  expect(atMost().delayAfterClose({ code: FLOOD, reason: '' }, 0)).toEqual({ ms: 5_000, isFixed: true });
  for (const code of [1006, 1011, 4408]) {
    expect(atMost().delayAfterClose({ code, reason: 'retry_after=9' }, 0)).toEqual({ ms: 500, isFixed: false });
  }
});
