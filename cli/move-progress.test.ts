import { expect, test } from 'bun:test';
import { MoveProgressBar } from './move-progress.ts';

function bar(isTTY: boolean) {
  const written: string[] = [];
  const time = { now: 0 };
  const terminal = { isTTY, write: (text: string) => written.push(text) > 0 };
  return { written, time, bar: new MoveProgressBar(terminal, () => time.now) };
}

test('the share that is done and the time that is left are shown on one line', () => {
  const { bar: progress, written, time } = bar(true);
  time.now = 2_000;
  progress.show({ done: 250, total: 1_000 });
  expect(written.at(-1)).toBe('\r\x1b[K[########......................] 25 %, 6 s left');
  progress.clear();
  expect(written.at(-1)).toBe('\r\x1b[K');
});

test('it is drawn at most ten times a second, and an empty history is whole at once', () => {
  const { bar: progress, written, time } = bar(true);
  for (time.now = 0; time.now < 1_000; time.now += 10) progress.show({ done: time.now, total: 1_000 });
  expect(written).toHaveLength(10);
  time.now = 2_000;
  progress.show({ done: 0, total: 0 });
  expect(written.at(-1)).toContain('100 %');
});

test('without a terminal nothing is written', () => {
  const { bar: progress, written } = bar(false);
  progress.show({ done: 1, total: 2 });
  progress.clear();
  expect(written).toEqual([]);
});
