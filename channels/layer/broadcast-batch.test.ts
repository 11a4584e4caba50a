import { expect, spyOn, test } from 'bun:test';
import { BroadcastBatch, MAX_TURN_BYTES } from './broadcast-batch.ts';

function listening(): { frames: string[]; fanOut: BroadcastBatch } {
  const frames: string[] = [];
  return { frames, fanOut: new BroadcastBatch((frame) => frames.push(frame)) };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('what is said alone in a turn goes out as the object itself', async () => {
  const { frames, fanOut } = listening();
  fanOut.add('{"a":1}');
  expect(frames).toEqual([]);
  await nextTurn();
  expect(frames).toEqual(['{"a":1}']);
});

test('S37: what is said together in a turn goes out as one array, oldest first', async () => {
  const { frames, fanOut } = listening();
  for (const n of [1, 2, 3]) fanOut.add(JSON.stringify({ n }));
  await nextTurn();
  expect(frames).toEqual(['[{"n":1},{"n":2},{"n":3}]']);
  expect(fanOut.pending).toBe(0);
});

test('a turn takes 128 KiB; the rest follows in order, nothing twice', async () => {
  const { frames, fanOut } = listening();
  const said = Array.from({ length: 50 }, (_, n) => JSON.stringify({ n, pad: 'x'.repeat(10_000) }));
  for (const text of said) fanOut.add(text);
  while (fanOut.pending > 0) await nextTurn();
  expect(frames.length).toBeGreaterThan(3);
  for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(MAX_TURN_BYTES + 2);
  const heard = frames.flatMap((frame): unknown[] => JSON.parse(frame));
  expect(heard).toEqual(said.map((text): unknown => JSON.parse(text)));
});

test('a text longer than a turn still goes out, alone', async () => {
  const { frames, fanOut } = listening();
  const long = JSON.stringify({ pad: 'x'.repeat(MAX_TURN_BYTES * 2) });
  fanOut.add('{"a":1}');
  fanOut.add(long);
  fanOut.add('{"b":2}');
  while (fanOut.pending > 0) await nextTurn();
  expect(frames).toEqual(['{"a":1}', long, '{"b":2}']);
});

test('who said something is told right after the frame that held it, before the next one', async () => {
  const order: string[] = [];
  const fanOut = new BroadcastBatch((frame) => order.push(`frame of ${frame.length}`));
  const long = JSON.stringify({ pad: 'x'.repeat(MAX_TURN_BYTES) });
  fanOut.add('{}', () => order.push('first'));
  fanOut.add(long, () => order.push('second'));
  while (fanOut.pending > 0) await nextTurn();
  expect(order).toEqual(['frame of 2', 'first', `frame of ${long.length}`, 'second']);
});

test('flush delivers all that waits before it returns, also what is said while it delivers', async () => {
  const frames: string[] = [];
  const fanOut = new BroadcastBatch((frame) => frames.push(frame));
  fanOut.add('{"a":1}', () => {
    fanOut.add('{"b":2}');
    fanOut.flush();
  });
  fanOut.flush();
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

test('the next frame can be waited for, whatever sends it; nobody waits for one when there is nothing to say', async () => {
  const { frames, fanOut } = listening();
  expect(fanOut.nextFlush).toBeNull();
  fanOut.add('{"n":1}');
  await fanOut.nextFlush;
  expect(frames).toEqual(['{"n":1}']);
  expect(fanOut.nextFlush).toBeNull();
  let later: Promise<void> | null = null;
  fanOut.add('{"n":2}', () => {
    fanOut.add('{"n":3}');
    later = fanOut.nextFlush;
  });
  await fanOut.nextFlush;
  expect(frames).toHaveLength(2);
  await later;
  expect(frames).toHaveLength(3);
  fanOut.add('{"n":4}');
  const flushed = fanOut.nextFlush;
  fanOut.flush();
  await flushed;
  expect(frames).toHaveLength(4);
});
