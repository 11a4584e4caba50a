import { expect, test } from 'bun:test';
import { TurnLimiter } from './turn-limiter.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** So many callers at once; the numbers of those who passed. */
function passAll(limiter: TurnLimiter, count: number): number[] {
  const passed: number[] = [];
  for (let n = 1; n <= count; n++) void limiter.pass().then(() => passed.push(n));
  return passed;
}

test('no more than so many pass in one turn, and all in the order in which they came', async () => {
  const passed = passAll(new TurnLimiter(2), 5);
  await Promise.resolve();
  expect(passed).toEqual([1, 2]);
  await nextTurn();
  expect(passed).toEqual([1, 2, 3, 4]);
  await nextTurn();
  expect(passed).toEqual([1, 2, 3, 4, 5]);
});

test('a caller who comes while others wait does not pass them', async () => {
  const limiter = new TurnLimiter(1);
  const passed = passAll(limiter, 2);
  await nextTurn();
  const late = passAll(limiter, 1);
  await Promise.resolve();
  expect([passed, late]).toEqual([[1, 2], []]);
  await nextTurn();
  expect(late).toEqual([1]);
});

test('without other callers, one passes in the same turn, again and again', async () => {
  const limiter = new TurnLimiter(1);
  for (let turn = 0; turn < 3; turn++) {
    const passed = passAll(limiter, 1);
    await Promise.resolve();
    expect(passed).toEqual([1]);
    await nextTurn();
  }
});
