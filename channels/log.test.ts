import { expect, test } from 'bun:test';
import { createLog, faultLine, type Verbosity } from './log.ts';

function written(verbosity: Verbosity): string[] {
  const lines: string[] = [];
  const log = createLog(verbosity, (text) => lines.push(text));
  log.error('one');
  log.warn('two');
  log.info('three');
  log.debug('four');
  return lines.map((line) => line.replace(/^\S+Z (\w+) +/, '$1 ').trimEnd());
}

test('D15: each step of verbosity says more', () => {
  expect(written(0)).toEqual(['error one', 'warn two']);
  expect(written(1)).toEqual(['error one', 'warn two', 'info three']);
  expect(written(2)).toEqual(['error one', 'warn two', 'info three', 'debug four']);
  expect(written(3)).toEqual(written(2));
});

test('what an attacker sends cannot forge a line of the log', () => {
  const lines: string[] = [];
  createLog(1, (text) => lines.push(text)).info('origin a\r\n2026-01-01 error forged\u2028\u001b[31m');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toEndWith('origin a\\u000d\\u000a2026-01-01 error forged\\u2028\\u001b[31m\n');
});

test('a fault is one line that says what and where', () => {
  const line = faultLine(new TypeError('not a number'));
  expect(line).toContain('TypeError: not a number');
  expect(line).toContain('log.test.ts');
  expect(faultLine('just text')).toBe('thrown: just text');
});
