import { expect, test } from 'bun:test';
import { Complaint } from './complaint.ts';
import { Noted } from './testing/recording-log.ts';

test('trouble without end is told at once and then once a minute, with its count', () => {
  const log = new Noted();
  let now = 0;
  const complaint = new Complaint(log, () => now);
  for (let at = 0; at < 1_000; at += 1) complaint.say('trouble');
  now = 60_000;
  complaint.say('trouble');
  expect(log.lines).toEqual(['warn trouble', 'warn trouble (1001 times until now)']);
});
