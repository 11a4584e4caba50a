import { expect, test } from 'bun:test';
import { foldForSearch } from './folding.ts';

test('a search takes no notice of accents, case and compatibility forms', () => {
  expect(foldForSearch('ÀÉÎ ß İ')).toBe('aei ss i');
  expect(foldForSearch('Ｂｏｂ ﬁn')).toBe('bob fin');
});

test('a search finds what a name that is spelled otherwise would sign in', () => {
  expect(foldForSearch('ışık')).toBe(foldForSearch('Işık'));
  expect(foldForSearch('Jose\u0301')).toBe(foldForSearch('José'));
  expect(foldForSearch('STRASSE')).toBe(foldForSearch('Straße'));
});

test('a syllable that is being typed is the beginning of the whole one', () => {
  expect(foldForSearch('한').startsWith(foldForSearch('하'))).toBe(true);
});
