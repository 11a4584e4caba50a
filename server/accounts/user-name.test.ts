import { describe, expect, test } from 'bun:test';
import { FormErrors } from './form-errors.ts';
import { parseNewName, userNameKey } from './user-name.ts';

function codeOf(name: unknown): string | undefined {
  try {
    parseNewName(name);
    return undefined;
  } catch (error) {
    return error instanceof FormErrors ? error.errors.username?.[0]?.code : 'not a form error';
  }
}

test.each(['alice', 'Anna Maria', "O'Neil", 'Zoë', 'Вова', 'Ελένη', '林さん', 'مريم', '😀', '100', 'a', 'İlker'])(
  'somebody may be called %s',
  (name) => {
    expect(parseNewName(name)).toBe(name);
  },
);

describe('names that are one', () => {
  test.each([
    ['Admin', 'admin'],
    ['ADMIN', 'admin'],
    ['ａｄｍｉｎ', 'admin'],
    ['аdmіn', 'admin'],
    ['ɑdmin', 'admin'],
    ['adrnin', 'admin'],
    ['AIice', 'Alice'],
    ['A1ice', 'Alice'],
    ['Ivan', 'IVAN'],
    ['Ivan', 'lvan'],
    ['Вова', 'вова'],
    ['сор', 'cop'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['bob', 'b0b'],
    ['Zoe\u0308', 'Zoë'],
    ['ﬁn', 'fin'],
    [' alice ', 'alice'],
  ])('%s and %s', (one, other) => {
    expect(userNameKey(one)).toBe(userNameKey(other));
  });

  test('names that differ are not one', () => {
    const names = [
      'alice',
      'bob',
      'carol',
      'anna maria',
      'annamaria',
      'Zoe',
      'Zoë',
      'вова',
      'вера',
      '林',
      '森',
      '😀',
      '😁',
    ];
    expect(new Set(names.map(userNameKey)).size).toBe(names.length);
  });
});

describe('names nobody can take', () => {
  test.each([
    ['', 'required'],
    ['   ', 'required'],
    [undefined, 'required'],
    [null, 'required'],
    [{ $ne: null }, 'invalid'],
    [['alice'], 'invalid'],
    [7, 'invalid'],
    [' alice', 'spaces'],
    ['alice ', 'spaces'],
    ['al  ice', 'spaces'],
    ['al\u00a0ice', 'spaces'],
    ['al\u3000ice', 'spaces'],
    ['al\u200bice', 'unseen'],
    ['al\u200dice', 'unseen'],
    ['\u202eecila', 'unseen'],
    ['al\u2066ice', 'unseen'],
    ['al\u00adice', 'unseen'],
    ['al\nice', 'unseen'],
    ['al\0ice', 'unseen'],
    ['al\ud800ice', 'unseen'],
    ['al\u3164ice', 'unseen'],
    ['\u2800', 'unseen'],
    ['al\u2028ice', 'unseen'],
    ['a\u0300\u0301\u0302\u0303\u0304', 'marks'],
    ['\u0301a', 'marks'],
    ['аdmin', 'alphabets'],
    ['Οlga', 'alphabets'],
    ['ВОВ', 'lookalike'],
  ])('%j: %s', (name, code) => {
    expect(codeOf(name)).toBe(code);
  });
});

test('S6: a user name has at most 150 characters', () => {
  expect(parseNewName('é'.repeat(150))).toHaveLength(150);
  expect(parseNewName('😀'.repeat(150))).toHaveLength(300);
  expect(codeOf('é'.repeat(151))).toBe('max_length');
  expect(codeOf('😀'.repeat(151))).toBe('max_length');
  expect(codeOf('x'.repeat(1_000_000))).toBe('max_length');
});
