import { expect, test } from 'bun:test';
import { ThrottledLog } from './complaint.ts';
import { RecordingLog } from './testing/recording-log.ts';

test('trouble without end is told at once and then once a minute, with its count', () => {
  const log = new RecordingLog();
  let now = 0;
  const complaint = new ThrottledLog(log, () => now);
  for (let at = 0; at < 1_000; at += 1) complaint.warn('trouble');
  now = 60_000;
  complaint.warn('trouble');
  expect(log.lines).toEqual(['warn trouble', 'warn trouble (1001 times until now)']);
});
