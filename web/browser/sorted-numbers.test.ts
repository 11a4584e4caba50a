import { expect, test } from 'bun:test';
import { Random } from '../../tests/support/random.ts';
import { insertionIndex, SortedNumbers } from './sorted-numbers.ts';

test('in whatever order numbers come and go, and however often, they stand rising, each once', () => {
  const random = new Random(7);
  const [numbers, known] = [new SortedNumbers(), new Set<number>()];
  for (let step = 0; step < 500; step++) {
    const number = 1 + random.below(40);
    if (random.below(3) === 0) {
      numbers.remove(number);
      known.delete(number);
    } else {
      numbers.add(number);
      known.add(number);
    }
    expect([...numbers.all]).toEqual([...known].sort((a, b) => a - b));
  }
  expect([numbers.size, numbers.lowest, numbers.highest]).toEqual([known.size, Math.min(...known), Math.max(...known)]);
  numbers.clear();
  expect([numbers.size, numbers.lowest, numbers.highest]).toEqual([0, undefined, undefined]);
});

test('the place in a sorted list is before the first item that is not below', () => {
  for (let length = 0; length < 9; length++) {
    const list = Array.from({ length }, (_, index) => 2 * index);
    for (let sought = -1; sought <= 2 * length; sought++) {
      const expected = list.filter((item) => item < sought).length;
      expect(insertionIndex(list, (item) => item < sought)).toBe(expected);
    }
  }
});
