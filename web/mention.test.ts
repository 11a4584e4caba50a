import { expect, test } from 'bun:test';
import { mentions } from './mention.ts';

test('one is mentioned by an @ and one’s name, whatever the case, anywhere in the text', () => {
  for (const text of ['@ann', 'hello @Ann!', '(@ann)', 'x\n@ANN, look', '@anna and @ann']) {
    expect(mentions(text, 'ann')).toBe(true);
  }
  expect(mentions('for @Jean Luc: tea', 'Jean Luc')).toBe(true);
});

test('a name without an @, within a word or an address is none', () => {
  for (const text of ['ann', '@anna', 'me@ann', '@ ann', '@an']) expect(mentions(text, 'ann')).toBe(false);
});
