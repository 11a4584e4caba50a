import { expect, test } from 'bun:test';
import { FrameBatch } from './frame-batch.ts';

function scene() {
  const taken: string[][] = [];
  const frames: Array<() => void> = [];
  const page = { isLookedAt: true };
  const schedule = (run: () => void) => {
    frames.push(run);
    return () => void frames.splice(frames.indexOf(run), 1);
  };
  const batch = new FrameBatch(
    (texts) => taken.push([...texts]),
    () => (page.isLookedAt ? schedule : null),
  );
  return { taken, frames, page, batch };
}

test('all that is heard before the next picture is taken together, in order, and nothing twice', () => {
  const { taken, frames, batch } = scene();
  for (const text of ['a', 'b', 'c']) batch.add(text);
  expect([taken, frames.length]).toEqual([[], 1]);
  frames[0]?.();
  expect(taken).toEqual([['a', 'b', 'c']]);
  batch.add('d');
  frames[0]?.();
  expect(taken).toEqual([['a', 'b', 'c'], ['d']]);
});

test('where nobody looks nothing waits for a picture, and what waited comes first', () => {
  const { taken, frames, page, batch } = scene();
  page.isLookedAt = false;
  batch.add('a');
  expect(taken).toEqual([['a']]);
  page.isLookedAt = true;
  batch.add('b');
  batch.flush();
  batch.flush();
  expect([taken, frames]).toEqual([[['a'], ['b']], []]);
});

test('after the end nothing is taken', () => {
  const { taken, frames, batch } = scene();
  batch.add('a');
  batch.stop();
  expect([taken, frames]).toEqual([[], []]);
});
