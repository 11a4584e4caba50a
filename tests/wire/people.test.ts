import { afterAll, beforeAll, expect, test } from 'bun:test';
import { bodyAt } from '../support/json.ts';
import { logIn, type Person, signUp } from '../support/person.ts';
import type { Frame, RoomSocket } from '../support/room-socket.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const GRACE_S = 0.2;
/** A reload is over by then, on a busy machine too. */
const RELOAD_GRACE_S = 2;

let server: Server;
let alice: Person;
let bob: Person;
let rooms = 0;

beforeAll(async () => {
  server = await startServer({
    args: [...UNTHROTTLED, '--leave-grace', String(GRACE_S), '--sockets-per-person', '20'],
  });
  alice = await signUp(server, 'alice');
  bob = await signUp(server, 'bob');
});

afterAll(() => server.stop());

async function newRoom(): Promise<string> {
  const made = await alice.post('/api/rooms', { name: `people ${++rooms}` });
  return String(await bodyAt(made, 'room', 'slug'));
}

function lines(socket: RoomSocket): string[] {
  return socket.frames
    .filter((frame) => /user_(join|leave)/.test(frame.type))
    .map((frame) => `${frame.type} ${frame.user}`);
}

function list(...users: string[]): (frame: Frame) => boolean {
  return (frame) => frame.type === 'user_list' && JSON.stringify(frame.users) === JSON.stringify(users);
}

test('S27, S38, S39, S42: a join is broadcast to the room, the newcomer included, and the whole list follows', async () => {
  const room = await newRoom();
  const a = await alice.open(room);
  expect(await a.next('user_list')).toEqual({ type: 'user_list', users: ['alice'], count: 1 });
  expect(await a.next('user_join')).toEqual({ type: 'user_join', user: 'alice' });
  const b = await bob.open(room);
  expect(await b.next('user_list')).toMatchObject({ users: ['alice', 'bob'] });
  expect(await b.next('user_join')).toMatchObject({ user: 'bob' });
  await a.next((frame) => frame.type === 'user_join' && frame.user === 'bob');
  expect(await a.next(list('alice', 'bob'))).toMatchObject({ count: 2 });
  await Promise.all([a.close(), b.close()]);
});

test('S40, S41, S42: a leave, by a close frame or by a cut connection, is broadcast to the room after the grace time', async () => {
  const room = await newRoom();
  const a = await alice.open(room);
  await a.next('live');
  for (const end of ['close', 'cut'] as const) {
    const b = await bob.open(room);
    await a.next(list('alice', 'bob'));
    await b[end]();
    expect(await a.next('user_leave')).toEqual({ type: 'user_leave', user: 'bob' });
    await a.next(list('alice'));
  }
  await a.close();
});

test('S44: with three tabs a person is listed once, joins with the first and leaves with the last', async () => {
  const room = await newRoom();
  const a = await alice.open(room);
  await a.next('live');
  const tabs = [await bob.open(room), await bob.open(room), await bob.open(room)];
  for (const tab of tabs) await tab.next('live');
  await a.next(list('alice', 'bob'));
  await tabs[0]?.close();
  await tabs[2]?.close();
  // A later leave is announced later: had bob left, his line would stand before it.
  const passing = await (await signUp(server, 'carl')).open(room);
  await passing.next('live');
  await a.next(list('alice', 'bob', 'carl'));
  await passing.close();
  await a.next('user_leave');
  const before = ['user_join alice', 'user_join bob', 'user_join carl', 'user_leave carl'];
  expect(lines(a)).toEqual(before);
  await a.next(list('alice', 'bob'));
  await tabs[1]?.close();
  await a.next('user_leave');
  expect(lines(a)).toEqual([...before, 'user_leave bob']);
  await a.close();
});

test('who returns within the grace time neither left nor joined', async () => {
  const patient = await startServer({ args: [...UNTHROTTLED, '--leave-grace', String(RELOAD_GRACE_S)] });
  try {
    const [ann, ben] = [await signUp(patient, 'ann'), await signUp(patient, 'ben')];
    const a = await ann.open('general');
    await a.next('live');
    let b = await ben.open('general');
    await a.next(list('ann', 'ben'));
    for (let reload = 0; reload < 20; reload++) {
      await b.cut();
      b = await ben.open('general');
      await b.next('live');
    }
    b.send({ message: 'reloaded' });
    await a.next((frame) => frame.message === 'reloaded');
    expect(lines(a)).toEqual(['user_join ann', 'user_join ben']);
    await b.close();
    await a.next('user_leave');
    await a.close();
  } finally {
    await patient.stop();
  }
});

test('after a restart who resumes had never left: no line says that they joined', async () => {
  const room = await newRoom();
  const a = await alice.open(room);
  const epoch = String((await a.next('welcome')).epoch);
  await a.next('live');
  await server.restart();
  const back = await alice.open(room, `after=0&epoch=${epoch}`);
  await back.next(list('alice'));
  back.send({ message: 'back' });
  await back.next('chat_message');
  expect(lines(back)).toEqual([]);
  const fresh = await bob.open(room);
  await back.next((frame) => frame.type === 'user_join' && frame.user === 'bob');
  await Promise.all([back.close(), fresh.close()]);
});

test('S38: in a room of 60 the list is complete and the changes are gathered', async () => {
  const room = await newRoom();
  const a = await alice.open(room);
  await a.next('live');
  const many: Person[] = [];
  for (let guest = 10; guest < 70; guest++) many.push(await signUp(server, `guest${guest}`));
  const sockets = await Promise.all(many.map((person) => person.open(room)));
  await a.next((frame) => frame.type === 'user_list' && frame.count === 61);
  const last = a.frames.findLast((frame) => frame.type === 'user_list');
  expect(last?.users).toHaveLength(61);
  expect(lines(a)).toHaveLength(61);
  await Promise.all(sockets.map((socket) => socket.close()));
  await a.next((frame) => frame.type === 'user_list' && frame.count === 1);
  expect(a.frames.filter((frame) => frame.type === 'user_list').length).toBeLessThan(130);
  await a.close();
}, 60_000);

test('the 21st socket of one person is refused with 429, and another one may come when one has gone', async () => {
  const room = await newRoom();
  const sockets = await Promise.all(Array.from({ length: 20 }, () => bob.open(room)));
  const refused = await fetch(`${server.url}/ws/chat/${room}/`, {
    headers: {
      cookie: bob.cookie,
      origin: server.url,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  });
  expect(refused.status).toBe(429);
  const a = await alice.open(room);
  await a.next('live');
  await Promise.all(sockets.map((socket) => socket.close()));
  await a.next('user_leave');
  const again = await bob.open(room);
  await again.next('live');
  await Promise.all([a.close(), again.close()]);
});

test('the lobby gets how many people are in each room, and the last message', async () => {
  const room = await newRoom();
  const lobby = await alice.socket('/ws/lobby/');
  const all = await lobby.next('rooms');
  expect(all.rooms).toContainEqual({ slug: room, name: expect.any(String), topic: '', people: 0, last: 0, head: 0 });
  const b = await bob.open(room);
  await b.next('live');
  b.send({ message: 'anybody?' });
  const about = (frame: Frame): { people?: number; last?: number } =>
    (Array.isArray(frame.rooms) ? frame.rooms : []).find((one) => one.slug === room) ?? {};
  await lobby.next((frame) => about(frame).people === 1 && about(frame).last === 1);
  await b.close();
  await lobby.next((frame) => about(frame).people === 0);
  await lobby.close();
});

test('what is read on one device is read on the other one, and in the list of rooms', async () => {
  const room = await newRoom();
  const b = await bob.open(room);
  await b.next('live');
  for (const message of ['1', '2', '3']) b.send({ message });
  await b.next((frame) => frame.message === '3');
  const unread = async (): Promise<unknown> => bodyAt(await alice.get(`/api/rooms/${room}`), 'room');
  expect(await unread()).toMatchObject({ last: 3, read: 0, unread: 3 });
  const phone = await (await logIn(server, 'alice')).open(room);
  const laptop = await alice.open(room);
  await phone.next('live');
  await laptop.next('live');
  laptop.send({ type: 'read', seq: 2 });
  expect(await phone.next('read')).toEqual({ type: 'read', room, seq: 2 });
  expect(await unread()).toMatchObject({ read: 2, unread: 1 });
  laptop.send({ type: 'read', seq: 1 });
  laptop.send({ type: 'read', seq: 3 });
  expect(await phone.next('read')).toMatchObject({ seq: 3 });
  expect(await unread()).toMatchObject({ read: 3, unread: 0 });
  await Promise.all([b.close(), phone.close(), laptop.close()]);
});
