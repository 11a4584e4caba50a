import { expect, test } from 'bun:test';
import { Denied } from '../consumer.ts';
import { RecordingLog, scopeFor } from '../testing/test-server.ts';
import { hostAllowed, hostGuard, hostName, isHostForm } from './hosts.ts';

test.each([
  'localhost',
  'chat.example:8000',
  '127.0.0.1:8000',
  '[::1]',
  '[fe80::1]:80',
  'a_b.example',
  'x:0',
  'x:65535',
])('%s can be a host', (host) => {
  expect(isHostForm(host)).toBe(true);
});

test.each([
  '',
  ' ',
  'a b',
  'a, b',
  'a/b',
  'a@b',
  'a:b',
  'x:65536',
  'x:',
  ':80',
  '[::1',
  '[12345]',
  '[::g]',
  'é',
  'a\tb',
  'a?b',
  'a#b',
  `${'x'.repeat(254)}`,
])('%j cannot be a host', (host) => {
  expect(isHostForm(host)).toBe(false);
});

test('the name of a host is without port and brackets, in lower case', () => {
  expect(hostName('Chat.Example:8000')).toBe('chat.example');
  expect(hostName('[::1]:8000')).toBe('::1');
});

test.each([
  ['localhost:8000', [], true],
  ['app.localhost', [], true],
  ['127.0.0.1', [], true],
  ['192.168.1.5:8000', [], true],
  ['[fe80::1]:80', [], true],
  ['chat.example', [], false],
  ['chat.example', ['chat.example'], true],
  ['CHAT.example:8000', ['chat.Example'], true],
  ['chat.example:8000', ['chat.example:8000'], true],
  ['chat.example:9000', ['chat.example:8000'], false],
  ['sub.chat.example', ['chat.example'], false],
  ['localhost.evil.example', ['chat.example'], false],
  ['127.0.0.1.evil.example', [], false],
])('a request for %s where %p are ours: %p', (host, allowed, answer) => {
  expect(hostAllowed(host, allowed)).toBe(answer);
});

test('a name that was pointed here by somebody else is answered with 421, and noted', () => {
  const log = new RecordingLog();
  const guarded = hostGuard(['chat.example'], () => 'inside', log, 'Not this name.');
  expect(guarded(scopeFor('/', { host: 'chat.example' }))).toBe('inside');
  expect(() => guarded(scopeFor('/', { host: 'rebound.example' }))).toThrow(new Denied(421));
  expect(log.lines).toEqual(['info 127.0.0.1 /: refused, unknown host rebound.example']);
});
