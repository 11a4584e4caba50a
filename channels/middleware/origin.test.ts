import { expect, test } from 'bun:test';
import { Denied } from '../consumer.ts';
import { RecordingLog, scopeFor } from '../testing/test-server.ts';
import { originAllowed, originGuard } from './origin.ts';

const table: readonly (readonly [origin: string | null, pattern: string, allowed: boolean])[] = [
  // The ten cases of the original's validator.
  ['http://chat.example', 'chat.example', true],
  ['http://evil.example', 'chat.example', false],
  ['http://chat.example', '*', true],
  [null, '*', true],
  [null, 'chat.example', false],
  ['http://www.chat.example', '.chat.example', true],
  ['http://chat.example', '.chat.example', true],
  ['http://evilchat.example', '.chat.example', false],
  ['http://www.chat.example', '*.chat.example', false],
  ['https://chat.example', 'https://chat.example:443', true],
  // And what else an attacker would try.
  ['http://chat.example', 'https://chat.example', false],
  ['https://chat.example:444', 'https://chat.example', false],
  ['https://chat.example:8443', 'https://chat.example:8443', true],
  ['http://chat.example:8000', 'chat.example', true],
  ['http://CHAT.example', 'chat.example', true],
  ['http://chat.example', 'http://CHAT.example', true],
  ['null', 'chat.example', false],
  ['null', 'null', false],
  ['', 'chat.example', false],
  ['', '', false],
  ['chat.example', 'chat.example', false],
  ['http://chat.example.evil.example', 'chat.example', false],
  ['http://chat.example@evil.example', 'chat.example', false],
  ['http://user@chat.example', 'http://chat.example', false],
  ['http://evil.example/chat.example', 'chat.example', false],
  ['http://chat.example/', 'http://chat.example', false],
  ['http://chat.example\\.evil.example', 'http://chat.example', false],
  ['http://chat.example, http://evil.example', 'chat.example', false],
  ['http://[::1]:8000', 'http://[::1]:8000', true],
  ['http://chat.example:99999', 'chat.example', false],
  ['file://', '', false],
  ['file:///etc/passwd', '.', false],
  ['javascript://chat.example', 'chat.example', false],
  ['chrome-extension://abc', 'abc', false],
];

test.each(table)('B3: origin %p with the pattern %p: %p', (origin, pattern, allowed) => {
  expect(originAllowed(origin, [pattern])).toBe(allowed);
});

test('without a pattern no origin is allowed, not even none', () => {
  expect(originAllowed('http://chat.example', [])).toBe(false);
  expect(originAllowed(null, [])).toBe(false);
});

test('a refusal is a 403 with one line in the log; what is allowed passes', () => {
  const log = new RecordingLog();
  const guarded = originGuard(
    ({ host }) => [`http://${host}`],
    () => 'inside',
    log,
  );
  expect(guarded(scopeFor('/ws/', { origin: 'http://localhost' }))).toBe('inside');
  expect(log.lines).toEqual([]);
  expect(() => guarded(scopeFor('/ws/', { origin: 'http://evil.example' }))).toThrow(new Denied(403));
  expect(() => guarded(scopeFor('/ws/'))).toThrow(new Denied(403));
  expect(log.lines).toEqual([
    'info 127.0.0.1 /ws/: refused, origin http://evil.example',
    'info 127.0.0.1 /ws/: refused, origin missing',
  ]);
});
