import { expect, test } from 'bun:test';
import { UnreadDivider } from './unread-divider.ts';

const END = Number.POSITIVE_INFINITY;

test('who comes in finds new what was said since they read, who was never here nothing', () => {
  const line = new UnreadDivider();
  line.onEntered('first', null);
  expect(line.range).toBeNull();
  line.onEntered('first', 0);
  expect(line.range).toEqual({ after: 0, upTo: END });
  line.onEntered('first', 12);
  expect(line.range).toEqual({ after: 12, upTo: END });
});

test('what was new when it was seen stays marked, and what is said before one’s eyes is not added to it', () => {
  const line = new UnreadDivider();
  line.onEntered('first', 12);
  line.onSeen(15);
  line.onSeen(20);
  expect(line.range).toEqual({ after: 12, upTo: 15 });
});

test('who looks away finds new what was said meanwhile, from the first of it on', () => {
  const line = new UnreadDivider();
  line.onEntered('first', 12);
  line.onSeen(15);
  line.onSeen(20);
  line.onMissed();
  line.onMissed();
  expect(line.range).toEqual({ after: 20, upTo: END });
  line.onSeen(23);
  expect(line.range).toEqual({ after: 20, upTo: 23 });
});

test('who reads above what is new has all of it before them, however often something is said', () => {
  const line = new UnreadDivider();
  line.onEntered('first', 12);
  line.onMissed();
  expect(line.range).toEqual({ after: 12, upTo: END });
});

test('who writes has read', () => {
  const line = new UnreadDivider();
  line.onEntered('first', 12);
  line.onSeen(15);
  line.onWritten();
  expect(line.range).toBeNull();
  line.onMissed();
  expect(line.range).toEqual({ after: 15, upTo: END });
});

test('who comes in anew has seen what was before their eyes, whatever the server was told of it; in another history nothing', () => {
  const line = new UnreadDivider();
  line.onEntered('first', 12);
  line.onSeen(15);
  line.onEntered('first', 12);
  expect(line.range).toEqual({ after: 15, upTo: END });
  line.onEntered('another', 4);
  expect(line.range).toEqual({ after: 4, upTo: END });
});
