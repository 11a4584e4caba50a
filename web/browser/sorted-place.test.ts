import { expect, test } from 'bun:test';
import { insertionIndex } from './sorted-place.ts';

test('the place in a sorted list is before the first item that is not below', () => {
  for (let length = 0; length < 9; length++) {
    const list = Array.from({ length }, (_, index) => 2 * index);
    for (let sought = -1; sought <= 2 * length; sought++) {
      const expected = list.filter((item) => item < sought).length;
      expect(insertionIndex(list, (item) => item < sought)).toBe(expected);
    }
  }
});
