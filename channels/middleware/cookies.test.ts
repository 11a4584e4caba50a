import { expect, test } from 'bun:test';
import { readCookie, writeCookie } from './cookies.ts';

test.each([
  ['session=abc', 'abc'],
  ['a=1; session=abc; b=2', 'abc'],
  ['session=', ''],
  ['session=a=b', 'a=b'],
  ['', null],
  ['sessions=abc; xsession=abc', null],
  ['Session=abc', null],
  ['session', null],
  ['session=abc; session=planted', null],
  [`${'x=1; '.repeat(4_000)}session=abc`, null],
])('of the cookies %j the session is %j', (cookie, value) => {
  expect(readCookie(new Headers({ cookie }), 'session')).toBe(value);
});

test('a request without cookies has none', () => {
  expect(readCookie(new Headers(), 'session')).toBeNull();
});

test('C31: a cookie is out of reach for scripts, and not sent along by other sites', () => {
  expect(writeCookie('session', 'abc', { lifeS: 60, secure: false })).toBe(
    'session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax',
  );
  expect(writeCookie('__Host-session', '', { lifeS: 0, secure: true })).toEndWith('; Secure');
});

test.each([
  ['a b', 'x'],
  ['', 'x'],
  ['a', 'x; Path=/evil'],
  ['a', 'x\r\nset-cookie: b=c'],
  ['a', 'a,b'],
  ['a', 'é'],
])('%j=%j is no cookie', (name, value) => {
  expect(() => writeCookie(name, value, { lifeS: 1, secure: false })).toThrow(TypeError);
});
