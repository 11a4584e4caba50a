import { expect, test } from 'bun:test';
import { Denied } from '../consumer.ts';
import { RecordingLog, scopeFor } from '../testing/test-server.ts';
import { RateLimiter, rateGuard } from './rate-limit.ts';

test('W26: after a burst it goes on at the rate, each key for itself', () => {
  let now = 0;
  const rate = new RateLimiter<string>({ perSecond: 2, burst: 3, now: () => now });
  expect([1, 2, 3, 4].map(() => rate.take('alice'))).toEqual([0, 0, 0, 500]);
  expect(rate.take('bob')).toBe(0);
  now = 250;
  expect(rate.take('alice')).toBe(250);
  now = 500;
  expect(rate.take('alice')).toBe(0);
  expect(rate.take('alice')).toBe(500);
});

test('who asks again and again while refused is not held up by it, and a long rest gives one burst', () => {
  let now = 0;
  const rate = new RateLimiter<number>({ perSecond: 1, burst: 2, now: () => now });
  for (let asked = 0; asked < 100; asked += 1) rate.take(1);
  now = 1_000;
  expect(rate.take(1)).toBe(0);
  now = 1_000_000;
  expect([1, 2, 3].map(() => rate.take(1))).toEqual([0, 0, 1_000]);
});

test('a rate of 0 limits nobody', () => {
  const rate = new RateLimiter<number>({ perSecond: 0, burst: 0, now: () => 0 });
  for (let asked = 0; asked < 1_000; asked += 1) expect(rate.take(1)).toBe(0);
});

test('strangers who come once each fill no memory', () => {
  let now = 0;
  const rate = new RateLimiter<number>({ perSecond: 1, burst: 1, now: () => now });
  for (let key = 0; key < 100_000; key += 1) {
    now += 1;
    rate.take(key);
  }
  expect(rate.size).toBeLessThan(12_000);
});

test('a flood of strangers costs the same for each, however many there are already', () => {
  const rate = new RateLimiter<number>({ perSecond: 10 / 3_600, burst: 10, now: () => 0 });
  const iterated = iteratedEntries(() => {
    for (let key = 0; key < 12_000; key += 1) rate.take(key);
  });
  expect(iterated).toBeLessThanOrEqual(12_000);
});

test('a key is remembered for as long as its burst is not whole again, and then forgotten', () => {
  let now = 0;
  const rate = new RateLimiter<number>({ perSecond: 1, burst: 3, now: () => now });
  for (const at of [0, 0, 0, 2_500, 2_500]) {
    now = at;
    expect(rate.take(1)).toBe(0);
  }
  now = 4_500;
  expect([1, 2, 3].map(() => rate.take(1))).toEqual([0, 0, 500]);
  now = 30_000;
  rate.take(2);
  now = 60_000;
  rate.take(3);
  expect(rate.size).toBe(2);
});

/** The entries of maps that are iterated over meanwhile. */
function iteratedEntries(run: () => void): number {
  const original = Map.prototype[Symbol.iterator];
  let iterated = 0;
  Map.prototype[Symbol.iterator] = function counting(this: Map<unknown, unknown>) {
    iterated += this.size;
    return original.call(this);
  };
  try {
    run();
  } finally {
    Map.prototype[Symbol.iterator] = original;
  }
  return iterated;
}

test('W26: a handshake too many from one network is refused with 429, and noted', () => {
  const log = new RecordingLog();
  const guarded = rateGuard(new RateLimiter<string>({ perSecond: 1, burst: 1, now: () => 0 }), () => 'inside', { log });
  expect(guarded(scopeFor('/'))).toBe('inside');
  expect(() => guarded(scopeFor('/'))).toThrow(new Denied(429));
  expect(log.lines).toEqual(['info 127.0.0.1 /: refused, too often']);
});
