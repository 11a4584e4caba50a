import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { watchDayChange } from './day-change.ts';

test('that another day has begun is told once a day, within a minute', () => {
  const clock = new TestClock();
  let [today, changes] = ['Sunday', 0];
  watchDayChange(
    clock,
    () => today,
    () => changes++,
  );
  clock.pass(600_000);
  expect(changes).toBe(0);
  for (const [day, times] of [
    ['Monday', 1],
    ['Tuesday', 2],
  ] as const) {
    today = day;
    clock.pass(60_000);
    expect(changes).toBe(times);
    clock.pass(600_000);
    expect(changes).toBe(times);
  }
});
