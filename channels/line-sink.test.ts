import { expect, test } from 'bun:test';
import { safeSink } from './line-sink.ts';
import { RecordingLog } from './testing/recording-log.ts';

test('a sink that fails is told of at the first lost line and then once a minute at most, and never throws', () => {
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
  const kept: string[] = [];
  let isFull = true;
  const write = safeSink(
    (line) => {
      if (isFull) throw new Error('full');
      kept.push(line);
    },
    'it',
    new RecordingLog(),
  );
  write('one');
  isFull = false;
  write('two');
  expect(kept).toEqual(['two']);
});
