import { expect, test } from 'bun:test';
import { parseFrames } from './server-frames.ts';

const message = { type: 'chat_message', user: 'bob', message: 'hi', seq: 1, timestamp: '2026-11-22T12:00:00.000Z' };

test('S37: an object is one frame, an array a list of frames, oldest first', () => {
  expect(parseFrames(JSON.stringify(message))).toHaveLength(1);
  const list = [message, { ...message, seq: 2 }];
  expect(parseFrames(JSON.stringify(list)).map((frame) => 'seq' in frame && frame.seq)).toEqual([1, 2]);
  expect(parseFrames('[]')).toEqual([]);
});

test('frames of an unknown type and unknown keys disturb nobody', () => {
  expect(parseFrames('[{"type":"from_the_future"},{"type":"replay","more":1}]')).toHaveLength(1);
});

test('what has not the shape it should have is left out, and the rest is heard', () => {
  const broken = [
    'not JSON',
    'null',
    '[[]]',
    '{"type":"constructor"}',
    '{"type":"live","head":"1"}',
    '{"type":"live","head":-1}',
    '{"type":"user_list","users":["a",1],"count":2}',
    '{"type":"rooms","rooms":[{"slug":"a"}]}',
    JSON.stringify({ ...message, message: null }),
    JSON.stringify({ ...message, seq: 1.5 }),
    '{"type":"message_changed","user":"bob","seq":1,"timestamp":"","deleted":"now"}',
  ];
  for (const text of broken) expect(parseFrames(text)).toEqual([]);
  expect(parseFrames(`[${broken[4]},${JSON.stringify(message)}]`)).toHaveLength(1);
});

test('an edit carries its text, a deletion none', () => {
  const { message: _, ...rest } = { ...message, type: 'message_changed', changed: 2 };
  expect(parseFrames(JSON.stringify(rest))).toEqual([]);
  expect(parseFrames(JSON.stringify({ ...rest, deleted: '2026-11-22T12:00:00.000Z' }))).toHaveLength(1);
  expect(parseFrames(JSON.stringify({ ...rest, message: 'new' }))).toHaveLength(1);
});

test('the first frame of the lobby may say whose it is; a welcome that says half of it is none', () => {
  const rooms = [{ slug: 'a', name: 'A', topic: '', people: 0, last: 0, head: 0 }];
  const welcome = { user: 'ann', epoch: 'e', version: '1' };
  const frame = (more: object) => JSON.stringify({ type: 'rooms', rooms, ...more });
  for (const more of [{}, { welcome }]) expect(parseFrames(frame(more))).toHaveLength(1);
  expect(parseFrames(frame({ welcome: { user: 'ann' } }))).toEqual([]);
});

test('a server may allow less than one message a second', () => {
  const welcome = {
    type: 'welcome',
    room: { slug: 'a', name: 'A', topic: '' },
    user: 'ann',
    epoch: 'e',
    head: 0,
    resumed: false,
    missed: 0,
    read: null,
    history: 3,
    heartbeat: 10,
    version: '1',
    limits: { message: 4_000, rate: 0.5, burst: 20 },
  };
  expect(parseFrames(JSON.stringify(welcome))).toHaveLength(1);
});
