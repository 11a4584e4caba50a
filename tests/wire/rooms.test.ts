import { afterAll, beforeAll, expect, test } from 'bun:test';
import { at, bodyAt } from '../support/json.ts';
import { PASSWORD, Person, signUp } from '../support/person.ts';
import type { Frame } from '../support/room-socket.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let host: Person;
let alice: Person;
let bob: Person;
let rooms = 0;

beforeAll(async () => {
  server = await startServer({ args: UNTHROTTLED });
  host = new Person(server, 'host');
  const setup = new URL(server.setupLink ?? '').searchParams.get('setup');
  await host.post('/account/signup', { username: 'host', password: PASSWORD, setup });
  [alice, bob] = [await signUp(server, 'alice'), await signUp(server, 'bob')];
});

afterAll(() => server.stop());

const newName = (): string => `room number ${++rooms}`;

async function newRoom(): Promise<string> {
  return String(await bodyAt(await alice.post('/api/rooms', { name: newName() }), 'room', 'slug'));
}

async function unreadOf(person: Person, room: string): Promise<unknown> {
  return bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'unread');
}

test('a room is made with a topic, if one is given, and a topic that is too long makes none', async () => {
  const name = newName();
  const made = await alice.post('/api/rooms', { name, topic: '  what it is\nabout ' });
  expect([made.status, await bodyAt(made, 'room')]).toEqual([
    201,
    expect.objectContaining({ name, topic: 'what it is about', yours: true, read: 0, unread: 0 }),
  ]);
  const refused = await alice.post('/api/rooms', { name: newName(), topic: 'x'.repeat(251) });
  expect([refused.status, await bodyAt(refused, 'error', 'code')]).toEqual([400, 'bad_topic']);
});

test('every user learns which rooms they may rename: their own, and an administrator all of them', async () => {
  const room = await newRoom();
  const yours = async (person: Person): Promise<unknown> =>
    bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'yours');
  expect([await yours(alice), await yours(bob), await yours(host)]).toEqual([true, false, true]);
  for (const [person, status] of [
    [alice, 200],
    [bob, 403],
    [host, 200],
  ] as const) {
    expect((await person.post(`/api/rooms/${room}`, { topic: `by ${person.name}` })).status).toBe(status);
  }
});

test('no two rooms bear one name, whatever their addresses: neither by a new name nor by a new room', async () => {
  const [one, other] = [await newRoom(), await newRoom()];
  const rename = (room: string, name: string) => alice.post(`/api/rooms/${room}`, { name });
  const make = (name: string) => bob.post('/api/rooms', { name });
  const refusal = async (answer: Response) => [answer.status, await bodyAt(answer, 'error', 'message')];
  const NAME_TAKEN = [409, 'There is a room of this name already.'];
  for (const name of ['General', ' GENERAL ', `Room number ${rooms}`]) {
    expect(await refusal(await rename(one, name))).toEqual(NAME_TAKEN);
  }
  expect((await rename(one, `Room Number ${rooms - 1}`)).status).toBe(200);
  expect((await rename(one, 'General++')).status).toBe(200);
  expect(await refusal(await make('general++'))).toEqual(NAME_TAKEN);
  expect(await refusal(await make('General?'))).toEqual(NAME_TAKEN);
  expect(await refusal(await make(`room number ${rooms - 1}`))).toEqual([
    409,
    'The address that this name makes is taken: take another name.',
  ]);
  // Of several at once, one gets the name.
  const asked = await Promise.all([rename(one, 'Terrace'), rename(other, 'terrace'), make('TERRACE')]);
  expect(asked.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  // A room keeps its slug; its former name is free.
  expect((await rename(other, `room number ${rooms - 1}`)).status).toBe(200);
});

test('some rooms are asked for by their names: those that are there, each once, and not too many', async () => {
  const [one, other] = [await newRoom(), await newRoom()];
  const answer = await bob.get(`/api/rooms?room=${one}&room=nowhere&room=${other}&room=${one}`);
  const body: unknown = await answer.json();
  expect(at(body, 'rooms')).toEqual(
    [one, other].map((slug) => expect.objectContaining({ slug, unread: 0, read: null })),
  );
  expect(at(body, 'next')).toBeNull();
  expect((await bob.get(`/api/rooms?${'room=x&'.repeat(101)}`)).status).toBe(400);
});

test('a user who was in a room before its first message counts as a member, wherever they go; one who never was does not', async () => {
  const room = await newRoom();
  const readBy = async (person: Person): Promise<unknown> =>
    bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'read');
  expect([await readBy(alice), await readBy(bob), await readBy(host)]).toEqual([0, null, null]);
  const socket = await bob.open(room);
  expect(await socket.next('welcome')).toMatchObject({ read: 0 });
  await socket.close();
  await alice.post(`/api/rooms/${room}/messages`, { message: 'the first one' });
  const late = await host.open(room);
  expect(await late.next('welcome')).toMatchObject({ read: null });
  await late.close();
  expect([await readBy(alice), await readBy(bob), await readBy(host)]).toEqual([0, 0, null]);
  expect([await unreadOf(bob, room), await unreadOf(host, room)]).toEqual([1, 1]);
});

test('the first frame of the lobby says whose it is, in which history, of which version', async () => {
  const lobby = await bob.socket('/ws/lobby/');
  const { epoch, version, user } = await (await bob.open('general')).next('welcome');
  expect(await lobby.next('rooms')).toMatchObject({ welcome: { epoch, version, user } });
  await alice.post('/api/rooms', { name: newName() });
  expect(await lobby.next('rooms')).not.toHaveProperty('welcome');
  await lobby.close();
});

test('a user in another room learns that a message was deleted, and it is no longer counted', async () => {
  const room = await newRoom();
  const lobby = await bob.socket('/ws/lobby/');
  const about = (frame: Frame): { head?: number; last?: number } =>
    (Array.isArray(frame.rooms) ? frame.rooms : []).find((one) => one.slug === room) ?? {};
  const writer = await alice.open(room);
  writer.send({ message: 'a slip' });
  await lobby.next((frame) => about(frame).head === 1 && about(frame).last === 1);
  expect(await unreadOf(bob, room)).toBe(1);
  writer.send({ type: 'delete', seq: 1 });
  await lobby.next((frame) => about(frame).head === 2 && about(frame).last === 1);
  expect(await unreadOf(bob, room)).toBe(0);
  await Promise.all([lobby.close(), writer.close()]);
});
