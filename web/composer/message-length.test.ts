import { expect, test } from 'bun:test';
import { charactersLeft, isBlankText, problemWith } from './message-length.ts';

test('a message that is too long is told before it is sent, to the code point', () => {
  expect(problemWith('😀'.repeat(4_000))).toBe('');
  expect(problemWith('a'.repeat(4_001))).toContain('too long');
});

test('a message that says nothing is no problem worth words', () => {
  expect(problemWith('')).toBe('');
  expect(problemWith(' \n\t')).toBe('');
});

test('what nobody can see says nothing', () => {
  for (const text of ['', ' \n\t', '\u200b\u2060', '\u3164']) expect(isBlankText(text)).toBe(true);
  for (const text of ['.', '\u200b.', '\0']) expect(isBlankText(text)).toBe(false);
});

test('a character that no message may hold is told', () => {
  expect(problemWith('a\0b')).toContain('cannot be sent');
});

test('what is left is counted near the limit only, in characters as people see them', () => {
  expect(charactersLeft('')).toBeNull();
  expect(charactersLeft('a'.repeat(3_799))).toBeNull();
  expect(charactersLeft('a'.repeat(3_800))).toBe(200);
  expect(charactersLeft('😀'.repeat(3_000))).toBeNull();
  expect(charactersLeft('😀'.repeat(4_000))).toBe(0);
  expect(charactersLeft('a'.repeat(4_012))).toBe(-12);
});
