import { expect, test } from 'bun:test';
import type { Scope } from '../../channels/scope.ts';
import { clearCookie, cookieName, readCookie, setCookie } from './cookies.ts';

function asked(cookie: string, scheme: Scope['scheme'] = 'http', host = 'localhost:8000'): Scope {
  const headers = new Headers({ cookie });
  const request = new Request(`${scheme}://localhost/`);
  const query = new URLSearchParams();
  return { request, method: 'GET', path: '/', query, headers, params: {}, host, scheme, client: '' };
}

test('on https the name and the attributes keep sibling domains out', () => {
  expect(setCookie(asked('', 'https'), 'session', 'token')).toMatch(
    /^__Host-salon-session=token; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
  );
});

test('on http the port is in the name, since cookies ignore ports', () => {
  expect(cookieName(asked(''), 'session')).toBe('salon-session-8000');
  expect(cookieName(asked('', 'http', '[::1]:9'), 'session')).toBe('salon-session-9');
  expect(cookieName(asked('', 'http', '[::1]'), 'csrf')).toBe('salon-csrf-80');
  expect(setCookie(asked(''), 'session', 'token')).not.toContain('Secure');
});

test('a cookie is taken away with the attributes it was given with', () => {
  expect(clearCookie(asked('', 'https'), 'csrf')).toBe(
    '__Host-salon-csrf=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
  );
});

test.each([
  ['salon-session-8000=a', 'a'],
  ['x=1; salon-session-8000=a; y=2', 'a'],
  ['x=1;salon-session-8000=a=b==', 'a=b=='],
  ['salon-session-8000=', ''],
  ['', null],
  ['salon-session-8000', null],
  ['Salon-Session-8000=a', null],
  ['salon-session-80001=a', null],
  ['x=salon-session-8000=a', null],
  ['salon-session-8000=a; salon-session-8000=a', null],
  [';;;=;= ;%;"', null],
  [`x=${'y'.repeat(20_000)}; salon-session-8000=a`, null],
])('of the header %p the session is read without a fault', (header, value) => {
  expect(readCookie(asked(header), 'session')).toBe(value);
});
