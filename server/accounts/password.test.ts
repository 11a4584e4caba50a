import { describe, expect, test } from 'bun:test';
import { FormErrors } from './form-errors.ts';
import { commonPasswords, parseNewPassword, parsePassword, refuseNameAsPassword } from './password.ts';

const common = await commonPasswords();

function codeOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof FormErrors ? error.errors.password?.[0]?.code : 'not a form error';
  }
}

const codeOfNew = (password: unknown) => codeOf(() => parseNewPassword('password', password, common));

test.each([
  '8 letter',
  'correct horse battery',
  'ÄÖÜäöüßé',
  'пять слов без цифр',
  '🚲🚲🚲🚲🚲🚲🚲🚀',
  'x y'.repeat(43),
  'aB'.repeat(512),
  '        x',
])('%j is a password: any character goes, none is asked for', (password) => {
  expect(codeOfNew(password)).toBeUndefined();
});

test('7 characters are too few, 1,025 too many', () => {
  expect(codeOfNew('7 chars')).toBe('password_too_short');
  expect(codeOfNew('🚲🚲🚲🚲')).toBe('password_too_short');
  expect(codeOfNew(`${'aB'.repeat(512)}c`)).toBe('password_too_long');
  expect(codeOfNew('x'.repeat(1_000_000))).toBe('password_too_long');
});

test.each([
  'password',
  'PassWord',
  '12345678',
  'iloveyou',
  'qwertyuiop',
  'aaaaaaaa',
  '00000000',
  'salon123',
  'Salon2026!',
  'salon-chat',
  'salonsalon',
])('%s is among the first that anybody would try', (password) => {
  expect(codeOfNew(password)).toBe('password_too_common');
});

test('at least 100 common passwords are known, all long enough to be chosen', () => {
  const listed = [...common].filter((line) => line !== '');
  expect(listed.length).toBeGreaterThanOrEqual(100);
  expect(listed.filter((line) => [...line].length < 8 || line !== line.toLowerCase())).toEqual([]);
});

test('the user name is no password, in whatever dress', () => {
  expect(codeOf(() => refuseNameAsPassword('password', 'AIexandra', 'alexandra'))).toBe('password_like_name');
  expect(codeOf(() => refuseNameAsPassword('password', 'alexandra the 2nd', 'alexandra'))).toBeUndefined();
});

describe('what is no text', () => {
  test.each([[undefined], [null], ['']])('%p: required', (value) => {
    expect(codeOf(() => parsePassword('password', value))).toBe('required');
  });

  test.each([[{ $ne: null }], [['a']], [12345678], [true]])('%p: refused, not converted', (value) => {
    expect(codeOf(() => parsePassword('password', value))).toBe('invalid');
  });
});

test('however an accent is typed, the password is the same', () => {
  expect(parsePassword('password', 'cafe\u0301 au lait')).toBe(parsePassword('password', 'caf\u00e9 au lait'));
});
