import { expect, test } from 'bun:test';
import type { Result } from './load.ts';
import { median, type Row, ratios, table } from './report.ts';

const row = (name: string, ...delivered: number[]): Row => ({
  name,
  rounds: delivered.map(
    (deliveredPerSecond): Result => ({
      deliveredPerSecond,
      sentPerSecond: deliveredPerSecond / 1000,
      handshakesPerSecond: 1,
      kbAConnection: 1,
      p50Ms: 1,
      p99Ms: 2,
      serverCpu: 0.5,
      serverKb: 1024,
    }),
  ),
});

test('the median is the middle one, or between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7])]).toEqual([2, 2.5, 7]);
});

test('one slow round of another program does not move the ratios', () => {
  const [floor, salon, socketIo] = [row('floor', 1000, 1000, 10), row('salon', 1, 500, 500), row('socket', 20, 20, 20)];
  expect(ratios(salon, floor, socketIo)).toEqual({ shareOfFloor: 0.5, timesSocketIo: 25 });
  expect(table([floor, salon], floor, socketIo)).toContain('500 (1–500)');
});
