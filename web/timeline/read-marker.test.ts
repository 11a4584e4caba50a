import { expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import { ReadMarker } from './read-marker.ts';

function scene() {
  const clock = new TestClock();
  const sent: number[] = [];
  const connection = { isOpen: true };
  const marker = new ReadMarker(clock, (seq) => {
    if (connection.isOpen) sent.push(seq);
    return connection.isOpen;
  });
  return { clock, sent, connection, marker };
}

test('how far one has read is sent at once, then at most once a second, the furthest only', () => {
  const { clock, sent, marker } = scene();
  for (const seq of [1, 2, 3, 2]) marker.moveTo(seq);
  expect(sent).toEqual([1]);
  clock.pass(1_000);
  expect(sent).toEqual([1, 3]);
  clock.pass(5_000);
  marker.moveTo(3);
  expect(sent).toEqual([1, 3]);
});

test('what could not be sent is sent with the next move, and nothing after the end', () => {
  const { clock, sent, connection, marker } = scene();
  connection.isOpen = false;
  marker.moveTo(4);
  connection.isOpen = true;
  marker.moveTo(4);
  expect(sent).toEqual([4]);
  marker.stop();
  clock.pass(5_000);
  expect(sent).toEqual([4]);
});

test('what waits for its second is sent before one goes away, and before one only looks away', () => {
  const { clock, sent, marker } = scene();
  for (const seq of [1, 2]) marker.moveTo(seq);
  marker.flush();
  expect(sent).toEqual([1, 2]);
  marker.moveTo(3);
  marker.stop();
  clock.pass(5_000);
  expect(sent).toEqual([1, 2, 3]);
});

test('what was sent into a connection that broke is sent again', () => {
  const { clock, sent, marker } = scene();
  marker.moveTo(4);
  clock.pass(1_000);
  marker.resend();
  expect(sent).toEqual([4, 4]);
});

test('where the numbers count anew, how far one has read is sent anew', () => {
  const { clock, sent, marker } = scene();
  marker.moveTo(9);
  marker.reset();
  clock.pass(1_000);
  marker.moveTo(4);
  expect(sent).toEqual([9, 4]);
});
