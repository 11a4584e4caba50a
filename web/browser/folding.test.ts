import { expect, test } from 'bun:test';
import { foldCase, foldForSearch } from './folding.ts';

test('a search takes no notice of accents, case and compatibility forms', () => {
  expect(foldForSearch('ÀÉÎ ß İ')).toBe('aei ß i');
  expect(foldForSearch('Ｂｏｂ ﬁn')).toBe('bob fin');
});

test('a folded name keeps its accents and its length', () => {
  expect(foldCase('ÀÉ Bob')).toBe('àé bob');
  for (const name of ['İstanbul', 'ﬁn', '😀𐐀', 'ẞ']) expect(foldCase(name)).toHaveLength(name.length);
});
