import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { ReadMarker } from './read-marker.ts';

function scene() {
  const clock = new TestClock();
  const told: number[] = [];
  const road = { isOpen: true };
  const mark = new ReadMarker(clock, (seq) => {
    if (road.isOpen) told.push(seq);
    return road.isOpen;
  });
  return { clock, told, road, mark };
}

test('how far one has read is told at once, then at most once a second, the furthest only', () => {
  const { clock, told, mark } = scene();
  for (const seq of [1, 2, 3, 2]) mark.moveTo(seq);
  expect(told).toEqual([1]);
  clock.pass(1_000);
  expect(told).toEqual([1, 3]);
  clock.pass(5_000);
  mark.moveTo(3);
  expect(told).toEqual([1, 3]);
});

test('what could not be told is told with the next move, and nothing after the end', () => {
  const { clock, told, road, mark } = scene();
  road.isOpen = false;
  mark.moveTo(4);
  road.isOpen = true;
  mark.moveTo(4);
  expect(told).toEqual([4]);
  mark.stop();
  clock.pass(5_000);
  expect(told).toEqual([4]);
});

test('what waits for its second is told before one goes away, and before one only looks away', () => {
  const { clock, told, mark } = scene();
  for (const seq of [1, 2]) mark.moveTo(seq);
  mark.flush();
  expect(told).toEqual([1, 2]);
  mark.moveTo(3);
  mark.stop();
  clock.pass(5_000);
  expect(told).toEqual([1, 2, 3]);
});

test('what was told into a line that broke is told again', () => {
  const { clock, told, mark } = scene();
  mark.moveTo(4);
  clock.pass(1_000);
  mark.resend();
  expect(told).toEqual([4, 4]);
});

test('where the numbers count anew, how far one has read is told anew', () => {
  const { clock, told, mark } = scene();
  mark.moveTo(9);
  mark.reset();
  clock.pass(1_000);
  mark.moveTo(4);
  expect(told).toEqual([9, 4]);
});
