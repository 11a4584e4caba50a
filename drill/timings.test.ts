import { beforeEach, expect, test } from 'bun:test';
import type { ServerFrame } from '../protocol/frames.ts';
import { Timings } from './timings.ts';

const LIVE: ServerFrame = { type: 'live', head: 0 };
const message = (nonce: string, more: { readonly repeat?: true } = {}): ServerFrame => ({
  type: 'chat_message',
  user: 'ann',
  message: 'hi',
  seq: 1,
  timestamp: '',
  nonce,
  ...more,
});

let time: number;
let timings: Timings;

beforeEach(() => {
  time = 1_000;
  timings = new Timings(() => time);
  for (const name of ['ann', 'bob']) timings.onFrame(name, LIVE);
});

test('an author waits for the acknowledgement, the others for the message', () => {
  timings.onSent('ann', 'n1');
  time += 5;
  timings.onFrame('ann', message('n1'));
  time += 2;
  timings.onFrame('bob', message('n1'));
  expect([timings.acknowledgedMs, timings.shownMs]).toEqual([[5], [7]]);
});

test('the answer to a repetition is no measure, nor what nobody is known to have said', () => {
  timings.onSent('ann', 'n1');
  timings.onFrame('ann', message('n1', { repeat: true }));
  timings.onFrame('bob', message('n2'));
  expect([timings.acknowledgedMs, timings.shownMs]).toEqual([[], []]);
});

test('who was away when it was said, or whose line broke over it, does not count as waiting', () => {
  timings.onDisconnect('bob');
  timings.onSent('ann', 'n1');
  timings.onDisconnect('ann');
  time += 2_000;
  for (const name of ['ann', 'bob']) timings.onFrame(name, LIVE);
  for (const name of ['ann', 'bob']) timings.onFrame(name, message('n1'));
  expect([timings.acknowledgedMs, timings.shownMs]).toEqual([[], []]);
});

test('a lost line is measured from its loss, over all that fails, to the moment of being live again', () => {
  timings.onDisconnect('bob');
  time += 300;
  timings.onDisconnect('bob');
  time += 200;
  timings.onFrame('bob', LIVE);
  expect(timings.reconnectMs).toEqual([500]);
});

test('of who was sent away, only what is over that time counts', () => {
  timings.onCut('bob', 1_000);
  timings.onDisconnect('bob');
  time += 1_250;
  timings.onFrame('bob', LIVE);
  timings.onFrame('bob', LIVE);
  expect(timings.reconnectMs).toEqual([250]);
});
