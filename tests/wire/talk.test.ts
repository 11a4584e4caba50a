import { Database } from 'bun:sqlite';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { bodyAt } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import type { RoomSocket } from '../support/room-socket.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let alice: Person;
let bob: Person;
const sockets: RoomSocket[] = [];

beforeAll(async () => {
  server = await startServer({ args: [...UNTHROTTLED] });
  alice = await signUp(server, 'alice');
  bob = await signUp(server, 'bob');
});

afterAll(async () => {
  for (const socket of sockets) await socket.close();
  await server.stop();
});

async function live(person: Person, room: string, query = ''): Promise<RoomSocket> {
  const socket = await person.open(room, query);
  sockets.push(socket);
  await socket.next('live');
  return socket;
}

async function newRoom(): Promise<string> {
  const response = await alice.post('/api/rooms', { name: `room ${crypto.randomUUID()}` });
  return String(await bodyAt(response, 'room', 'slug'));
}

test('S19, S20: a new installation has general, random and help, and they live in the database', async () => {
  const rooms = await bodyAt(await alice.get('/api/rooms'), 'rooms');
  expect(rooms).toHaveLength(3);
  for (const slug of ['general', 'random', 'help']) expect(rooms).toContainEqual(expect.objectContaining({ slug }));
  expect(storedRooms()).toEqual(['general', 'help', 'random']);
  const made = await newRoom();
  expect(storedRooms()).toContain(made);
});

function storedRooms(): unknown[] {
  using db = new Database(join(server.data, 'salon.db'), { readonly: true });
  return db.query('SELECT slug FROM rooms ORDER BY slug').values().flat();
}

test('S18, S24, S28, S29: {"message": …} on the socket is all it takes; with or without the last slash', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  const b = await bob.socket(`/ws/chat/${room}`);
  sockets.push(b);
  await b.next('live');
  a.send({ message: 'Hello!' });
  for (const socket of [a, b]) {
    expect(await socket.next('chat_message')).toMatchObject({ user: 'alice', message: 'Hello!', seq: 1 });
  }
});

test('S26, S30, S42: a message goes to the whole room, its sender included, once, and to no other room', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  const b = await live(bob, room);
  const elsewhere = await live(bob, await newRoom());
  a.send({ message: 'one', nonce: 'n-1' });
  a.send({ message: 'two' });
  const shown = await a.next((frame) => frame.message === 'two');
  expect(shown).toEqual({ type: 'chat_message', user: 'alice', message: 'two', seq: 2, timestamp: expect.any(String) });
  await b.next((frame) => frame.message === 'two');
  elsewhere.send({ message: 'mine' });
  await elsewhere.next((frame) => frame.message === 'mine');
  for (const socket of [a, b]) {
    const messages = socket.frames.filter((frame) => frame.type === 'chat_message').map((frame) => frame.message);
    expect(messages).toEqual(['one', 'two']);
  }
  expect(elsewhere.frames.filter((frame) => frame.type === 'chat_message')).toHaveLength(1);
});

test('S33, S34: what is shown is stored, under the same number, with text, author, room and time', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  a.send({ message: 'kept ☕ \u{1F600}' });
  const shown = await a.next('chat_message');
  expect(await bodyAt(await bob.get(`/api/rooms/${room}/messages`), 'messages')).toEqual([shown]);
  expect(Math.abs(Date.parse(String(shown.timestamp)) - Date.now())).toBeLessThan(60_000);
});

test('S32, S36, S37: whoever comes in is sent the last 3 messages as one array, oldest first, and nobody else is', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  expect(a.texts[1]).toBe('[]');
  for (const message of ['1', '2', '3', '4', '5']) a.send({ message });
  await a.next((frame) => frame.message === '5');
  a.skip();
  const b = await live(bob, room);
  const history: unknown = JSON.parse(b.texts[1] ?? '');
  expect(history).toMatchObject([{ message: '3' }, { message: '4' }, { message: '5' }]);
  await a.next((frame) => frame.type === 'user_join' && frame.user === 'bob');
  expect(a.frames.filter((frame) => frame.message === '3')).toHaveLength(1);
});

test('S32: with no, one or two messages the array has no, one or two', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  for (const expected of [0, 1, 2, 3, 3]) {
    const b = await live(bob, room);
    expect(JSON.parse(b.texts[1] ?? '')).toHaveLength(expected);
    await b.close();
    a.send({ message: 'more' });
    await a.next('chat_message');
  }
});

test('S32: how many is a setting: with --history 5 it is the last 5, with 0 none', async () => {
  for (const [history, expected] of [
    ['5', ['2', '3', '4', '5', '6']],
    ['0', []],
  ] as const) {
    const other = await startServer({ args: [...UNTHROTTLED, '--history', history] });
    try {
      const cara = await signUp(other, 'cara');
      for (const message of ['1', '2', '3', '4', '5', '6']) await cara.post('/api/rooms/general/messages', { message });
      const socket = await live(cara, 'general');
      expect(JSON.parse(socket.texts[1] ?? '').map(({ message }: { message: string }) => message)).toEqual([
        ...expected,
      ]);
    } finally {
      await other.stop();
    }
  }
});

test('S35: history comes before live, even while four people write', async () => {
  const room = await newRoom();
  for (const message of ['1', '2', '3']) await alice.post(`/api/rooms/${room}/messages`, { message });
  const writers = await Promise.all([alice, bob, alice, bob].map((person) => live(person, room)));
  let stopped = false;
  const writing = writers.map(async (socket, index) => {
    for (let count = 0; !stopped; count++) {
      socket.send({ message: `${index}:${count}` });
      await socket.next((frame) => frame.message === `${index}:${count}`);
    }
  });
  for (let comer = 0; comer < 30; comer++) {
    const socket = await live(alice, room);
    await socket.next('chat_message');
    await socket.next('chat_message');
    const numbers = socket.frames.filter((frame) => frame.type === 'chat_message').map((frame) => Number(frame.seq));
    expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
    expect(socket.frames.slice(0, 4).map(({ type }) => type)).toEqual(['welcome', ...Array(3).fill('chat_message')]);
    expect(JSON.parse(socket.texts[1] ?? '')).toHaveLength(3);
    await socket.close();
  }
  stopped = true;
  await Promise.all(writing);
});

test('welcome, history, live and the list come in this order, each as a frame of its own', async () => {
  const room = await newRoom();
  const socket = await live(alice, room);
  await socket.next('user_list');
  const [welcome, history, liveFrame, list] = socket.texts.map((text) => JSON.parse(text));
  expect(welcome).toMatchObject({ type: 'welcome', user: 'alice', head: 0, resumed: false, missed: 0, history: 3 });
  expect(welcome.room.slug).toBe(room);
  expect(history).toEqual([]);
  expect(liveFrame).toEqual({ type: 'live', head: 0 });
  expect(list).toEqual({ type: 'user_list', users: ['alice'], count: 1 });
});

test('who comes back with `after` is given what changed since, edits and deletions too, and nothing twice', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  const epoch = String(a.frames[0]?.epoch);
  for (const message of ['one', 'two', 'three', 'four']) a.send({ message });
  await a.next((frame) => frame.message === 'four');
  a.send({ type: 'edit', seq: 1, message: 'ONE' });
  a.send({ type: 'delete', seq: 2 });
  a.send({ type: 'delete', seq: 4 });
  await a.next((frame) => frame.type === 'message_changed' && frame.seq === 4);
  const b = await live(bob, room, `after=2&epoch=${epoch}`);
  expect(b.frames[0]).toMatchObject({ resumed: true, missed: 5, head: 7 });
  const replayed = b.frames.filter((frame) => ['chat_message', 'message_changed'].includes(frame.type));
  const state = new Map(replayed.map((frame) => [frame.seq, frame]));
  expect(state.get(1)).toMatchObject({ type: 'message_changed', message: 'ONE', changed: 5 });
  expect(state.get(2)).toMatchObject({ type: 'message_changed', changed: 6 });
  expect(state.get(2)).not.toHaveProperty('message');
  expect(state.get(3)).toMatchObject({ type: 'chat_message', message: 'three' });
  expect(JSON.stringify(replayed)).not.toContain('two');
  expect(JSON.stringify(replayed)).not.toContain('four');
});

test('a position that does not fit is said: another epoch, a number not reached yet, more missed than wanted', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  const epoch = String(a.frames[0]?.epoch);
  for (let count = 0; count < 5; count++) a.send({ message: `m${count}` });
  await a.next((frame) => frame.message === 'm4');
  for (const query of [
    `after=2&epoch=${'0'.repeat(32)}`,
    'after=2',
    `after=99&epoch=${epoch}`,
    `after=1&epoch=${epoch}&max=3`,
  ]) {
    const b = await live(bob, room, query);
    expect(b.frames[0]).toMatchObject({ resumed: false });
    expect(JSON.parse(b.texts[1] ?? '')).toHaveLength(3);
    await b.close();
  }
  const fits = await live(bob, room, `after=1&epoch=${epoch}&max=4`);
  expect(fits.frames[0]).toMatchObject({ resumed: true, missed: 4 });
});

test('a restart keeps epoch and numbers: who comes back resumes', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  a.send({ message: 'before' });
  await a.next('chat_message');
  const epoch = String(a.frames[0]?.epoch);
  await server.restart();
  const again = await live(alice, room, `after=1&epoch=${epoch}`);
  expect(again.frames[0]).toMatchObject({ resumed: true, missed: 0, head: 1, epoch });
  again.send({ message: 'after' });
  expect(await again.next('chat_message')).toMatchObject({ seq: 2 });
});

test('the same nonce again, on another socket, by POST, after an edit: the same seq, and shown to nobody twice', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  const other = await live(alice, room);
  const b = await live(bob, room);
  a.send({ message: 'once', nonce: 'same' });
  const first = await a.next('chat_message');
  a.send({ type: 'edit', seq: first.seq, message: 'mended' });
  await other.next('message_changed');
  other.send({ message: 'once', nonce: 'same' });
  expect(await other.next((frame) => frame.repeat === true)).toMatchObject({ seq: first.seq, message: 'mended' });
  const posted = await alice.post(`/api/rooms/${room}/messages`, { message: 'once', nonce: 'same' });
  expect(await posted.json()).toMatchObject({ seq: first.seq });
  a.send({ message: 'next' });
  expect(await b.next((frame) => frame.message === 'next')).toMatchObject({ seq: 3 });
  expect(b.frames.filter((frame) => frame.type === 'chat_message')).toHaveLength(2);
});

test('a nonce used for another text or another room is refused, and nothing of the first is revealed', async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  a.send({ message: 'once', nonce: 'mine-alone' });
  await a.next('chat_message');
  a.send({ message: 'other text', nonce: 'mine-alone' });
  expect(await a.next('error')).toMatchObject({ code: 'nonce_conflict', final: true, nonce: 'mine-alone' });
  const elsewhere = await live(alice, await newRoom());
  elsewhere.send({ message: 'once', nonce: 'mine-alone' });
  const refusal = await elsewhere.next('error');
  expect(refusal).toMatchObject({ code: 'nonce_conflict' });
  expect(Object.keys(refusal).sort()).toEqual(['code', 'final', 'message', 'nonce', 'type']);
  const b = await live(bob, room);
  b.send({ message: 'once', nonce: 'mine-alone' });
  expect(await b.next((frame) => frame.type === 'chat_message' && frame.user === 'bob')).toMatchObject({ seq: 2 });
});

test("one may edit and delete one's own, and not what others wrote", async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  const b = await live(bob, room);
  a.send({ message: 'hers' });
  await b.next('chat_message');
  b.send({ type: 'edit', seq: 1, message: 'his', nonce: 'e1' });
  expect(await b.next('error')).toMatchObject({ code: 'forbidden', nonce: 'e1' });
  b.send({ type: 'delete', seq: 1 });
  expect(await b.next('error')).toMatchObject({ code: 'forbidden' });
  b.send({ type: 'delete', seq: 77 });
  expect(await b.next('error')).toMatchObject({ code: 'not_found' });
  a.send({ type: 'edit', seq: 1, message: 'hers, mended' });
  expect(await b.next('message_changed')).toMatchObject({ seq: 1, changed: 2, message: 'hers, mended' });
  a.send({ type: 'delete', seq: 1 });
  expect(await b.next('message_changed')).toMatchObject({ seq: 1, changed: 3, deleted: expect.any(String) });
  a.send({ type: 'edit', seq: 1, message: 'back' });
  expect(await a.next('error')).toMatchObject({ code: 'not_found' });
});

test("B30: one sender's thousand messages reach every member in order, none missing", async () => {
  const room = await newRoom();
  const a = await live(alice, room);
  const b = await live(bob, room);
  for (let count = 0; count < 1_000; count++) a.send({ message: `m${count}`, nonce: `thousand-${count}` });
  await b.next((frame) => frame.message === 'm999');
  const received = b.frames.filter((frame) => frame.type === 'chat_message');
  expect(received.map((frame) => frame.message)).toEqual(Array.from({ length: 1_000 }, (_, count) => `m${count}`));
  expect(received.map((frame) => frame.seq)).toEqual(Array.from({ length: 1_000 }, (_, count) => count + 1));
});
