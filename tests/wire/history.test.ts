import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { at, bodyAt } from '../support/json.ts';
import { Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const SAID = 9;

let server: Server;
let alice: Person;
let bob: Person;
/** With nine messages, of which the fourth is deleted. */
let room: string;
let rooms = 0;

beforeAll(async () => {
  server = await startServer({ args: UNTHROTTLED });
  [alice, bob] = [await signUp(server, 'alice'), await signUp(server, 'bob')];
});

afterAll(() => server.stop());

beforeEach(async () => {
  room = String(await bodyAt(await alice.post('/api/rooms', { name: `history ${++rooms}` }), 'room', 'slug'));
  const socket = await alice.open(room);
  await socket.next('live');
  for (let n = 1; n <= SAID; n++) socket.send({ message: `number ${n}` });
  socket.send({ type: 'delete', seq: 4 });
  await socket.next((frame) => frame.deleted !== undefined);
  await socket.close();
});

async function pageAt(query: string): Promise<unknown> {
  const messages = await bodyAt(await bob.get(`/api/rooms/${room}/messages?${query}`), 'messages');
  return Array.isArray(messages) ? messages.map((message) => at(message, 'seq')) : messages;
}

test('history is read from the end, before a message, after one and around one, oldest first, without the deleted', async () => {
  expect(await pageAt('limit=3')).toEqual([7, 8, 9]);
  expect(await pageAt('before=6&limit=3')).toEqual([2, 3, 5]);
  expect(await pageAt('after=2&limit=3')).toEqual([3, 5, 6]);
  expect(await pageAt('after=8')).toEqual([9]);
  expect(await pageAt('around=6&limit=5')).toEqual([3, 5, 6, 7, 8]);
  expect(await pageAt('around=4&limit=4')).toEqual([2, 3, 5, 6]);
  expect(await pageAt('around=1&limit=4')).toEqual([1, 2]);
  expect(await pageAt('around=0&limit=4')).toEqual([1, 2]);
});

test('a page reaches no farther than the room does, and past either end there is nothing', async () => {
  expect(await pageAt('after=9')).toEqual([]);
  expect(await pageAt('after=999999999999999')).toEqual([]);
  expect(await pageAt('before=1')).toEqual([]);
  expect(await pageAt('after=0')).toEqual([1, 2, 3, 5, 6, 7, 8, 9]);
  expect(await pageAt('around=999999999999999&limit=4')).toEqual([8, 9]);
  expect(await pageAt('around=5&limit=1')).toEqual([5]);
  expect(await pageAt('after=2&limit=0')).toEqual([]);
});

test('nobody is given more than 200 messages at once, whatever they ask for, and without asking 50', async () => {
  const socket = await alice.open(room);
  for (let n = 1; n <= 210; n++) socket.send({ message: `more ${n}` });
  await socket.next((frame) => frame.message === 'more 210');
  await socket.close();
  const sizes = ['after=0&limit=201', 'limit=999999999999999', 'around=110&limit=500', 'after=0', 'around=110', ''];
  const pages = await Promise.all(sizes.map((query) => pageAt(query)));
  expect(pages.map((page) => (Array.isArray(page) ? page.length : page))).toEqual([200, 200, 200, 50, 50, 50]);
});

test('a page from two places at once, or from what is no number, is refused', async () => {
  const twice = ['before=3&after=5', 'around=3&after=5', 'around=3&before=5'];
  const noNumbers = ['x', '', '-1', '1.5', '1e3', '0x10', '%202', '2%00', 'NaN', '1234567890123456', '٣', "1'--"];
  const hostile = ['after', 'around', 'before', 'limit'].flatMap((key) => noNumbers.map((text) => `${key}=${text}`));
  for (const query of [...twice, ...hostile]) {
    const answer = await bob.get(`/api/rooms/${room}/messages?${query}`);
    expect([query, answer.status, await bodyAt(answer, 'error', 'code')]).toEqual([query, 400, 'bad_shape']);
  }
});

test('pages of history are for logged-in users, and of rooms that exist', async () => {
  const anonymous = new Person(server, 'nobody');
  for (const query of ['after=1', 'around=1', 'limit=3']) {
    expect((await anonymous.get(`/api/rooms/${room}/messages?${query}`)).status).toBe(401);
    expect((await bob.get(`/api/rooms/nowhere/messages?${query}`)).status).toBe(404);
  }
});

test('a user who enters learns how far they have read, on any device, and not how far others have', async () => {
  const readAccordingToWelcome = async (person: Person): Promise<unknown> => {
    const socket = await person.open(room);
    const welcome = await socket.next('welcome');
    await socket.next('live');
    await socket.close();
    return welcome.read;
  };
  expect(await readAccordingToWelcome(bob)).toBeNull();
  const [phone, desk] = [await bob.open(room), await bob.open(room)];
  await Promise.all([phone.next('live'), desk.next('live')]);
  phone.send({ type: 'read', seq: 7 });
  await desk.next('read');
  expect([await readAccordingToWelcome(bob), await readAccordingToWelcome(alice)]).toEqual([7, 0]);
  phone.send({ type: 'read', seq: 4711 });
  expect(await desk.next('read')).toMatchObject({ seq: SAID });
  phone.send({ type: 'read', seq: 2 });
  phone.send({ message: 'one more, which comes after what was sent before it' });
  await desk.next((frame) => frame.seq === SAID + 2);
  expect(await readAccordingToWelcome(bob)).toBe(SAID);
  await Promise.all([phone.close(), desk.close()]);
});

test('a message has an address: the page of its room, whatever became of it; what is no number has none', async () => {
  const [there, deleted, notYet] = ['3', '4', '4711'];
  for (const seq of [there, deleted, notYet]) {
    const page = await bob.get(`/chat/${room}/${seq}`);
    expect([seq, page.status]).toEqual([seq, 200]);
    expect(await page.text()).toContain(`data-room="${room}"`);
  }
  for (const path of [
    'nowhere/3',
    `${room}/0`,
    `${room}/-1`,
    `${room}/3x`,
    `${room}/3/4`,
    `${room}/1e3`,
    `${room}/03`,
    `${room}/%33x`,
  ]) {
    expect([path, (await bob.get(`/chat/${path}`)).status]).toEqual([path, 404]);
  }
  const anonymous = await new Person(server, 'nobody').get(`/chat/${room}/3`);
  expect([anonymous.status, anonymous.headers.get('location')]).toEqual([
    302,
    `/account?next=${encodeURIComponent(`/chat/${room}/3`)}`,
  ]);
});
