import { expect, test } from 'bun:test';
import { logInAddress, safeNext } from './return-path.ts';

test.each(['/', '/chat', '/chat/general', '/chat/general?at=12', '/chat/%E6%9E%97', '/chat/a#b'])(
  'after signing in one may go on at %s',
  (path) => {
    expect(safeNext(path)).toBe(path);
  },
);

test.each([
  '//evil.test',
  '///evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '/\t/evil.test',
  '\t//evil.test',
  '/\n/evil.test',
  '/\r\nset-cookie: a=b',
  'https:evil.test',
  'https://evil.test',
  'javascript:alert(1)',
  'evil.test',
  'chat',
  '',
  ' /chat',
  '/ chat',
  '/\u2028/evil.test',
  '/\u0000',
])('%j leads nowhere', (path) => {
  expect(safeNext(path)).toBe('');
});

test('there is no next without one, nor one without an end', () => {
  expect(safeNext(null)).toBe('');
  expect(safeNext(`/${'x'.repeat(3_000)}`)).toBe('');
});

test('the way to sign in never leads to another host', () => {
  expect(logInAddress('//evil.test', new URLSearchParams())).toBe('/account');
  expect(logInAddress('/chat/general', new URLSearchParams('a=b&c=//x'))).toBe(
    '/account?next=%2Fchat%2Fgeneral%3Fa%3Db%26c%3D%252F%252Fx',
  );
});
