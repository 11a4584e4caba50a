import { expect, test } from 'bun:test';
import { Burst } from './burst.ts';

function receive(burst: Burst, messages: number): void {
  for (let each = 0; each < messages; each++) burst.onMessage();
}

test('what one can read is no burst, what comes by the score between two draws is one', () => {
  const burst = new Burst();
  receive(burst, 19);
  expect(burst.isHigh).toBe(false);
  burst.onDrawn();
  receive(burst, 20);
  expect(burst.isHigh).toBe(true);
});

test('a burst is over once, when nothing more is said', () => {
  const burst = new Burst();
  const draws = [0, 30, 5, 40, 1, 0, 0, 3, 0].map((messages) => {
    receive(burst, messages);
    return burst.onDrawn();
  });
  expect(draws.map((each) => each === 'ended')).toEqual([false, false, false, false, false, true, false, false, false]);
});
