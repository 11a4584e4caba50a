import { expect, spyOn, test } from 'bun:test';
import { BroadcastBatch, MAX_TURN_BYTES } from './broadcast-batch.ts';

function listening(): { frames: string[]; batch: BroadcastBatch } {
  const frames: string[] = [];
  return { frames, batch: new BroadcastBatch((frame) => frames.push(frame)) };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('a text alone in a turn goes out as the object itself', async () => {
  const { frames, batch } = listening();
  batch.add('{"a":1}');
  expect(frames).toEqual([]);
  await nextTurn();
  expect(frames).toEqual(['{"a":1}']);
});

test('S37: texts of one turn go out as one array, oldest first', async () => {
  const { frames, batch } = listening();
  for (const n of [1, 2, 3]) batch.add(JSON.stringify({ n }));
  await nextTurn();
  expect(frames).toEqual(['[{"n":1},{"n":2},{"n":3}]']);
  expect(batch.pending).toBe(0);
});

test('a turn takes 128 KiB; the rest follows in order, nothing twice', async () => {
  const { frames, batch } = listening();
  const texts = Array.from({ length: 50 }, (_, n) => JSON.stringify({ n, pad: 'x'.repeat(10_000) }));
  for (const text of texts) batch.add(text);
  while (batch.pending > 0) await nextTurn();
  expect(frames.length).toBeGreaterThan(3);
  for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(MAX_TURN_BYTES + 2);
  const received = frames.flatMap((frame): unknown[] => JSON.parse(frame));
  expect(received).toEqual(texts.map((text): unknown => JSON.parse(text)));
});

test('a text longer than a turn still goes out, alone', async () => {
  const { frames, batch } = listening();
  const long = JSON.stringify({ pad: 'x'.repeat(MAX_TURN_BYTES * 2) });
  batch.add('{"a":1}');
  batch.add(long);
  batch.add('{"b":2}');
  while (batch.pending > 0) await nextTurn();
  expect(frames).toEqual(['{"a":1}', long, '{"b":2}']);
});

test('onFlushed runs right after the frame that held its text, before the next one', async () => {
  const order: string[] = [];
  const batch = new BroadcastBatch((frame) => order.push(`frame of ${frame.length}`));
  const long = JSON.stringify({ pad: 'x'.repeat(MAX_TURN_BYTES) });
  batch.add('{}', () => order.push('first'));
  batch.add(long, () => order.push('second'));
  while (batch.pending > 0) await nextTurn();
  expect(order).toEqual(['frame of 2', 'first', `frame of ${long.length}`, 'second']);
});

test('flush delivers all that waits before it returns, also what is added while it delivers', async () => {
  const frames: string[] = [];
  const batch = new BroadcastBatch((frame) => frames.push(frame));
  batch.add('{"a":1}', () => {
    batch.add('{"b":2}');
    batch.flush();
  });
  batch.flush();
  expect(frames).toEqual(['{"a":1}', '{"b":2}']);
  await nextTurn();
  expect(frames).toHaveLength(2);
});

/** By a clock that stands still otherwise. The rest after it, a quarter, is longer than a busy machine takes for a turn. */
const SLOW_MS = 4_000;

test('after a frame that took long the next one rests, and gathers what comes meanwhile', async () => {
  const frames: string[] = [];
  let now = 0;
  using clock = spyOn(performance, 'now').mockImplementation(() => now);
  const slow = new BroadcastBatch((frame) => {
    frames.push(frame);
    if (frames.length === 1) now += SLOW_MS;
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  slow.add('1');
  await new Promise(setImmediate);
  slow.add('2');
  await new Promise(setImmediate);
  slow.add('3', resolve);
  await promise;
  expect(frames).toEqual(['1', '[2,3]']);
  expect(clock).toHaveBeenCalled();
});

test('the next frame can be awaited, whatever sends it; without queued texts there is none to await', async () => {
  const { frames, batch } = listening();
  expect(batch.nextFlush).toBeNull();
  batch.add('{"n":1}');
  await batch.nextFlush;
  expect(frames).toEqual(['{"n":1}']);
  expect(batch.nextFlush).toBeNull();
  let later: Promise<void> | null = null;
  batch.add('{"n":2}', () => {
    batch.add('{"n":3}');
    later = batch.nextFlush;
  });
  await batch.nextFlush;
  expect(frames).toHaveLength(2);
  await later;
  expect(frames).toHaveLength(3);
  batch.add('{"n":4}');
  const flushed = batch.nextFlush;
  batch.flush();
  await flushed;
  expect(frames).toHaveLength(4);
});
