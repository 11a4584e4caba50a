import { expect, test } from 'bun:test';
import { TurnLimiter } from './turn-limiter.ts';

const nextTurn = (): Promise<void> => new Promise((turned) => setImmediate(turned));

/** So many come at once; who passed is written down. */
function crowdAt(turnstile: TurnLimiter, count: number): number[] {
  const passed: number[] = [];
  for (let n = 1; n <= count; n++) void turnstile.pass().then(() => passed.push(n));
  return passed;
}

test('no more than so many pass in one turn, and all in the order in which they came', async () => {
  const passed = crowdAt(new TurnLimiter(2), 5);
  await Promise.resolve();
  expect(passed).toEqual([1, 2]);
  await nextTurn();
  expect(passed).toEqual([1, 2, 3, 4]);
  await nextTurn();
  expect(passed).toEqual([1, 2, 3, 4, 5]);
});

test('who comes while others wait does not pass them', async () => {
  const turnstile = new TurnLimiter(1);
  const passed = crowdAt(turnstile, 2);
  await nextTurn();
  const late = crowdAt(turnstile, 1);
  await Promise.resolve();
  expect([passed, late]).toEqual([[1, 2], []]);
  await nextTurn();
  expect(late).toEqual([1]);
});

test('where nobody else comes, one passes in the same turn, again and again', async () => {
  const turnstile = new TurnLimiter(1);
  for (let turn = 0; turn < 3; turn++) {
    const passed = crowdAt(turnstile, 1);
    await Promise.resolve();
    expect(passed).toEqual([1]);
    await nextTurn();
  }
});
