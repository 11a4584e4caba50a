import { expect, test } from 'bun:test';
import { createLog, faultLine, safeSink, ThrottledLog, type Verbosity } from './log.ts';
import { RecordingLog } from './testing/recording-log.ts';

function written(verbosity: Verbosity): string[] {
  const lines: string[] = [];
  const log = createLog(verbosity, (text) => lines.push(text));
  log.error('one');
  log.warn('two');
  log.info('three');
  log.debug('four');
  return lines.map((line) => line.replace(/^\S+Z (\w+) +/, '$1 ').trimEnd());
}

test('D15: each step of verbosity logs more', () => {
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

test('a recurring warning is logged at once and then once a minute, with its count', () => {
  const log = new RecordingLog();
  let now = 0;
  const throttled = new ThrottledLog(log, () => now);
  for (let at = 0; at < 1_000; at += 1) throttled.warn('trouble');
  now = 60_000;
  throttled.warn('trouble');
  expect(log.lines).toEqual(['warn trouble', 'warn trouble (1001 times until now)']);
});

test('a sink that fails is logged at the first lost line and then once a minute at most, and never throws', () => {
  const log = new RecordingLog();
  let now = 0;
  const failing = (): void => {
    throw new Error('no space left');
  };
  const write = safeSink(failing, 'the access log', log, () => now);
  for (now of [0, 1, 59_999]) write('line');
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toStartWith('error the access log loses lines (1 until now): Error: no space left');
  now = 60_000;
  write('line');
  write('line');
  expect(log.lines).toHaveLength(2);
  expect(log.lines[1]).toContain('(4 until now)');
});

test('a sink that works again gets its lines again', () => {
  const sunk: string[] = [];
  let isFull = true;
  const write = safeSink(
    (line) => {
      if (isFull) throw new Error('full');
      sunk.push(line);
    },
    'it',
    new RecordingLog(),
  );
  write('one');
  isFull = false;
  write('two');
  expect(sunk).toEqual(['two']);
});
