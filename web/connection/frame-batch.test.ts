import { expect, test } from 'bun:test';
import { FrameBatch } from './frame-batch.ts';

function scene() {
  const taken: string[][] = [];
  const pictures: Array<() => void> = [];
  const page = { isLookedAt: true };
  const later = (run: () => void) => {
    pictures.push(run);
    return () => void pictures.splice(pictures.indexOf(run), 1);
  };
  const batch = new FrameBatch(
    (texts) => taken.push([...texts]),
    () => (page.isLookedAt ? later : null),
  );
  return { taken, pictures, page, batch };
}

test('all that is heard before the next picture is taken together, in order, and nothing twice', () => {
  const { taken, pictures, batch } = scene();
  for (const text of ['a', 'b', 'c']) batch.add(text);
  expect([taken, pictures.length]).toEqual([[], 1]);
  pictures[0]?.();
  expect(taken).toEqual([['a', 'b', 'c']]);
  batch.add('d');
  pictures[0]?.();
  expect(taken).toEqual([['a', 'b', 'c'], ['d']]);
});

test('where nobody looks nothing waits for a picture, and what waited comes first', () => {
  const { taken, pictures, page, batch } = scene();
  page.isLookedAt = false;
  batch.add('a');
  expect(taken).toEqual([['a']]);
  page.isLookedAt = true;
  batch.add('b');
  batch.flush();
  batch.flush();
  expect([taken, pictures]).toEqual([[['a'], ['b']], []]);
});

test('after the end nothing is taken', () => {
  const { taken, pictures, batch } = scene();
  batch.add('a');
  batch.stop();
  expect([taken, pictures]).toEqual([[], []]);
});
