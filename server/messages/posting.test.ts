import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import { RateLimiter } from '../../channels/middleware/rate-limit.ts';
import { Refusal } from '../../protocol/refusals.ts';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import type { Author, Message, Store } from '../../store/store.ts';
import { Posting } from './posting.ts';

const ROOM = 1;

let data: string;
let store: Store;
let author: Author;
let written: Message[];
let posting: Posting;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-posting-'));
  store = await openSqliteStore({ data });
  const user = await store.users.create({ name: 'ada', nameKey: 'ada', passwordHash: '-', role: 'member' });
  if (user === 'taken') throw new Error('taken');
  author = user;
  written = [];
  posting = new Posting(store, createMemoryLayer(), new RateLimiter<number>({ perSecond: 0, burst: 1 }), (message) =>
    written.push(message),
  );
});

afterEach(async () => {
  await store.close();
  await rm(data, { recursive: true });
});

const refusalOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
};

test('a stop waits until all accepted messages are stored and broadcast', async () => {
  const taken = ['one', 'two', 'three'].map((text) => posting.post(author, ROOM, text, null));
  expect(written).toEqual([]);
  await posting.stop();
  expect(written.map((message) => message.body)).toEqual(['one', 'two', 'three']);
  expect((await Promise.all(taken)).map((written) => written.kind)).toEqual(['applied', 'applied', 'applied']);
});

test('after a stop whatever comes is refused as busy, with a time to try again, and not stored', async () => {
  await posting.stop();
  const revision = { roomId: ROOM, seq: 1, by: author };
  const acts = [
    () => posting.post(author, ROOM, 'late', 'nonce'),
    () => posting.edit(revision, 'late', 'nonce'),
    () => posting.delete(revision, 'nonce'),
  ];
  for (const act of acts) {
    const refusal = refusalOf(act);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'busy', retryAfter: expect.any(Number), nonce: 'nonce' });
  }
  expect(await store.messages.head(ROOM)).toBe(0);
});
