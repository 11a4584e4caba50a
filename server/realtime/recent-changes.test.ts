import { expect, test } from 'bun:test';
import type { Message } from '../../store/store.ts';
import { encodeServerFrame } from '../messages/message-frame.ts';
import { RecentChanges } from './recent-changes.ts';

function message(seq: number, change: Partial<Message> = {}): Message {
  const state = { body: `text ${seq}`, nonce: null, createdAt: 0, editedAt: null, deletedAt: null };
  return { roomId: 1, seq, changed: seq, authorId: 1, author: 'alice', ...state, ...change };
}

function filled(count: number, from = 1): RecentChanges {
  const recent = new RecentChanges();
  for (let seq = from; seq < from + count; seq++) recent.add(message(seq), encodeServerFrame(message(seq)));
  return recent;
}

function texts(recent: RecentChanges, position: number, end: number): unknown[] {
  return recent.page(position, end, Number.MAX_SAFE_INTEGER)?.frames.map((frame) => JSON.parse(frame).message) ?? [];
}

test('a client that was away for a short time gets exactly the changes it missed, in order', () => {
  expect(texts(filled(10), 7, 10)).toEqual(['text 8', 'text 9', 'text 10']);
});

test('a position before the oldest stored change gives null, never a part', () => {
  const recent = filled(600);
  expect(recent.page(87, 600, 1_000_000)).toBeNull();
  expect(recent.page(88, 600, 1_000_000)?.frames).toHaveLength(512);
});

test('nothing beyond what was delivered is handed out', () => {
  expect(texts(filled(10), 7, 8)).toEqual(['text 8']);
  expect(texts(filled(10), 10, 10)).toEqual([]);
});

test('a page ends after its bytes and says how far it came', () => {
  const page = filled(10).page(0, 10, 150);
  expect(page?.position).toBe(page?.frames.length ?? -1);
  expect(page?.position).toBeLessThan(10);
});

test('an edit replaces the text in the older entry, which keeps its own number', () => {
  const recent = filled(3);
  const edited = message(2, { changed: 4, body: 'mended', editedAt: 1 });
  recent.add(edited, '{"the edit":true}');
  const frames = recent.page(0, 4, 1_000_000)?.frames.map((frame) => JSON.parse(frame));
  expect(frames?.[1]).toMatchObject({ type: 'chat_message', seq: 2, message: 'mended' });
  expect(frames?.[1].changed).toBeUndefined();
});

test('what was deleted cannot be read by those who come later', () => {
  const recent = filled(3);
  recent.add(message(2, { changed: 4, body: 'mended', editedAt: 1 }), '{"message":"mended"}');
  recent.add(message(2, { changed: 5, body: '', deletedAt: 2 }), '{}');
  const text = JSON.stringify(recent.page(0, 5, 1_000_000));
  expect(text).not.toContain('text 2');
  expect(text).not.toContain('mended');
  expect(text).toContain('deleted');
});

test('the stored bytes are bounded, however large the messages are', () => {
  const recent = new RecentChanges();
  const body = 'x'.repeat(16_000);
  for (let seq = 1; seq <= 200; seq++) recent.add(message(seq, { body }), encodeServerFrame(message(seq, { body })));
  expect(recent.page(100, 200, 10_000_000)).toBeNull();
  expect(recent.page(150, 200, 10_000_000)?.frames).toHaveLength(50);
});

test('after many turns of the ring the numbers still fit', () => {
  const recent = filled(5_000);
  expect(texts(recent, 4_998, 5_000)).toEqual(['text 4999', 'text 5000']);
});
