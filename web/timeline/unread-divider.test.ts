import { expect, test } from 'bun:test';
import { UnreadDivider } from './unread-divider.ts';

const END = Number.POSITIVE_INFINITY;

test('who comes in finds new what was said since they read, who was never here nothing', () => {
  const divider = new UnreadDivider();
  divider.onEntered('first', null);
  expect(divider.range).toBeNull();
  divider.onEntered('first', 0);
  expect(divider.range).toEqual({ after: 0, upTo: END });
  divider.onEntered('first', 12);
  expect(divider.range).toEqual({ after: 12, upTo: END });
});

test('what was new when it was seen stays marked, and what is said before one’s eyes is not added to it', () => {
  const divider = new UnreadDivider();
  divider.onEntered('first', 12);
  divider.onSeen(15);
  divider.onSeen(20);
  expect(divider.range).toEqual({ after: 12, upTo: 15 });
});

test('who looks away finds new what was said meanwhile, from the first of it on', () => {
  const divider = new UnreadDivider();
  divider.onEntered('first', 12);
  divider.onSeen(15);
  divider.onSeen(20);
  divider.onMissed();
  divider.onMissed();
  expect(divider.range).toEqual({ after: 20, upTo: END });
  divider.onSeen(23);
  expect(divider.range).toEqual({ after: 20, upTo: 23 });
});

test('who reads above what is new has all of it before them, however often something is said', () => {
  const divider = new UnreadDivider();
  divider.onEntered('first', 12);
  divider.onMissed();
  expect(divider.range).toEqual({ after: 12, upTo: END });
});

test('who writes has read', () => {
  const divider = new UnreadDivider();
  divider.onEntered('first', 12);
  divider.onSeen(15);
  divider.onWritten();
  expect(divider.range).toBeNull();
  divider.onMissed();
  expect(divider.range).toEqual({ after: 15, upTo: END });
});

test('who comes in anew has seen what was before their eyes, whatever the server was told of it; in another history nothing', () => {
  const divider = new UnreadDivider();
  divider.onEntered('first', 12);
  divider.onSeen(15);
  divider.onEntered('first', 12);
  expect(divider.range).toEqual({ after: 15, upTo: END });
  divider.onEntered('another', 4);
  expect(divider.range).toEqual({ after: 4, upTo: END });
});
