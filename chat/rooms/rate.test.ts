import { expect, test } from 'bun:test';
import { Rate } from './rate.ts';

function clock(): { now: number } {
  return { now: 0 };
}

test('a burst passes, then one message every 1/rate seconds, and the wait is told', () => {
  const time = clock();
  const rate = new Rate(10, 20, () => time.now);
  for (let sent = 0; sent < 20; sent++) expect(rate.take(1)).toBe(0);
  expect(rate.take(1)).toBe(100);
  time.now += 100;
  expect(rate.take(1)).toBe(0);
  expect(rate.take(1)).toBe(100);
});

test('one person at the limit takes nothing from another', () => {
  const rate = new Rate(1, 1, () => 0);
  expect(rate.take(1)).toBe(0);
  expect(rate.take(1)).toBeGreaterThan(0);
  expect(rate.take(2)).toBe(0);
});

test('a rate of 0 limits nobody', () => {
  const rate = new Rate(0, 20, () => 0);
  for (let sent = 0; sent < 1_000; sent++) expect(rate.take(1)).toBe(0);
});

test('a hundred thousand people leave no more than the last ten thousand behind', () => {
  const time = clock();
  const rate = new Rate(10, 20, () => time.now);
  for (let person = 0; person < 100_000; person++) {
    time.now += 1;
    rate.take(person);
  }
  expect(rate.remembered).toBeLessThanOrEqual(10_001);
});
