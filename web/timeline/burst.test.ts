import { expect, test } from 'bun:test';
import { Burst } from './burst.ts';

function hear(flood: Burst, messages: number): void {
  for (let each = 0; each < messages; each++) flood.onMessage();
}

test('what one can read is no flood, what comes by the score between two pictures is one', () => {
  const flood = new Burst();
  hear(flood, 19);
  expect(flood.isHigh).toBe(false);
  flood.onDrawn();
  hear(flood, 20);
  expect(flood.isHigh).toBe(true);
});

test('a flood is over once, when nothing more is said', () => {
  const flood = new Burst();
  const pictures = [0, 30, 5, 40, 1, 0, 0, 3, 0].map((messages) => {
    hear(flood, messages);
    return flood.onDrawn();
  });
  expect(pictures.map((each) => each === 'ended')).toEqual([
    false,
    false,
    false,
    false,
    false,
    true,
    false,
    false,
    false,
  ]);
});
