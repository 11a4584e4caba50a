/** Streams of rooms in which another process writes, whose events do not come. */
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import { createMemoryPresence } from '../../channels/presence/memory.ts';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import type { Room, Store, User } from '../../store/store.ts';
import { RoomStreams } from './room-streams.ts';

let data: string;
let store: Store;
let room: Room;
let ann: User;
let streams: RoomStreams;
const failures: unknown[] = [];

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'streams-'));
  store = await openSqliteStore({ data });
  const found = await store.rooms.bySlug('general');
  const user = await store.users.create({ name: 'Ann', nameKey: 'ann', passwordHash: 'x', role: 'member' });
  if (found === null || user === 'taken') throw new Error('no room or user');
  [room, ann] = [found, user];
  const presence = createMemoryPresence({ graceMs: 0 });
  streams = new RoomStreams(store, createMemoryLayer(), presence, (error) => failures.push(error));
});
afterEach(async () => {
  await store.close();
  rmSync(data, { recursive: true });
});

/** Without an event, as another process whose Redis is away. */
const writeElsewhere = (body: string) => store.messages.post({ roomId: room.id, author: ann, nonce: null, body });

test('a stream that was behind the store at two looks catches up', async () => {
  const { stream } = await streams.acquire(room.id);
  await writeElsewhere('one');
  await streams.catchUp();
  expect(stream.delivered).toBe(0);
  await streams.catchUp();
  await stream.catchUp();
  expect(stream.delivered).toBe(1);
  await streams.release(room.id);
});

test('a stream whose event only took a moment is left alone', async () => {
  const { stream } = await streams.acquire(room.id);
  await writeElsewhere('one');
  await streams.catchUp();
  await stream.catchUp();
  let asked = 0;
  const { changedSince } = store.messages;
  store.messages.changedSince = (...words) => {
    asked += 1;
    return changedSince.apply(store.messages, words);
  };
  await streams.catchUp();
  expect(asked).toBe(0);
  await streams.release(room.id);
});

test('without a room in use nothing is asked', async () => {
  let asked = 0;
  store.messages.heads = async () => {
    asked += 1;
    return new Map();
  };
  await streams.catchUp();
  const { stream } = await streams.acquire(room.id);
  await streams.release(room.id);
  await streams.catchUp();
  expect([asked, stream.delivered]).toEqual([0, 0]);
});
