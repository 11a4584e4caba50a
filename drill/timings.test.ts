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
let watch: Timings;

beforeEach(() => {
  time = 1_000;
  watch = new Timings(() => time);
  for (const name of ['ann', 'bob']) watch.heard(name, LIVE);
});

test('an author waits for the acknowledgement, the others for the message', () => {
  watch.said('ann', 'n1');
  time += 5;
  watch.heard('ann', message('n1'));
  time += 2;
  watch.heard('bob', message('n1'));
  expect([watch.acknowledgedMs, watch.shownMs]).toEqual([[5], [7]]);
});

test('the answer to a repetition is no measure, nor what nobody is known to have said', () => {
  watch.said('ann', 'n1');
  watch.heard('ann', message('n1', { repeat: true }));
  watch.heard('bob', message('n2'));
  expect([watch.acknowledgedMs, watch.shownMs]).toEqual([[], []]);
});

test('who was away when it was said, or whose line broke over it, does not count as waiting', () => {
  watch.lost('bob');
  watch.said('ann', 'n1');
  watch.lost('ann');
  time += 2_000;
  for (const name of ['ann', 'bob']) watch.heard(name, LIVE);
  for (const name of ['ann', 'bob']) watch.heard(name, message('n1'));
  expect([watch.acknowledgedMs, watch.shownMs]).toEqual([[], []]);
});

test('a lost line is measured from its loss, over all that fails, to the moment of being live again', () => {
  watch.lost('bob');
  time += 300;
  watch.lost('bob');
  time += 200;
  watch.heard('bob', LIVE);
  expect(watch.backMs).toEqual([500]);
});

test('of who was sent away, only what is over that time counts', () => {
  watch.sentAway('bob', 1_000);
  watch.lost('bob');
  time += 1_250;
  watch.heard('bob', LIVE);
  watch.heard('bob', LIVE);
  expect(watch.backMs).toEqual([250]);
});
