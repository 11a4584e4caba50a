import { afterAll, beforeAll, expect, test } from 'bun:test';
import { bodyAt } from '../support/json.ts';
import { PASSWORD, Person, signUp } from '../support/person.ts';
import { type Server, startServer } from '../support/server.ts';

let server: Server;
let alice: Person;
let mallory: Person;

beforeAll(async () => {
  server = await startServer({ args: ['--message-rate', '0'] });
  alice = await signUp(server, 'alice');
  mallory = await signUp(server, 'mallory');
});

afterAll(() => server.stop());

test('whoever claims to be far ahead disturbs nobody in the room', async () => {
  const a = await alice.open('general');
  const epoch = String((await a.next('welcome')).epoch);
  await a.next('live');
  for (let count = 0; count < 10; count++) {
    const m = await mallory.open('general', `after=${Number.MAX_SAFE_INTEGER}&epoch=${epoch}`);
    expect(await m.next('welcome')).toMatchObject({ resumed: false });
    await m.close();
  }
  a.send({ message: 'undisturbed' });
  await a.next('chat_message');
  expect(a.frames.filter((frame) => frame.type === 'replay')).toEqual([]);
  await a.close();
});

test('50 refusals are a flood, 49 are not; in the lobby, too', async () => {
  for (const path of ['/ws/chat/random/', '/ws/lobby/']) {
    const patient = await mallory.socket(path);
    for (let count = 0; count < 49; count++) patient.send('nonsense');
    while (patient.frames.filter((frame) => frame.type === 'error').length < 49) await patient.next('error');
    patient.send('nonsense');
    expect((await patient.closed).code).toBe(4429);
    expect(patient.frames.filter((frame) => frame.type === 'error')).toHaveLength(50);
  }
});

test('a mark beyond the last message is no news, however often it is set', async () => {
  const desk = await alice.open('help');
  const phone = await alice.open('help');
  await desk.next('live');
  await phone.next('live');
  desk.send({ message: 'the only one' });
  await phone.next('chat_message');
  for (let count = 0; count < 20; count++) desk.send({ type: 'read', seq: 1_000 + count });
  desk.send({ message: 'after the marks' });
  await phone.next((frame) => frame.message === 'after the marks');
  expect(phone.frames.filter((frame) => frame.type === 'read')).toEqual([{ type: 'read', room: 'help', seq: 1 }]);
  await Promise.all([desk.close(), phone.close()]);
});

test('the eleventh room of one person within the hour has to wait, and the answer says for how long', async () => {
  for (let count = 0; count < 10; count++) {
    expect((await mallory.post('/api/rooms', { name: `room ${count}` })).status).toBe(201);
  }
  const refused = await mallory.post('/api/rooms', { name: 'one more' });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
  expect(await bodyAt(refused, 'error', 'code')).toBe('rate_limited');
  expect((await alice.post('/api/rooms', { name: 'not hers to wait' })).status).toBe(201);
});

test('an attempt to make a room that is refused counts, too', async () => {
  const mike = await signUp(server, 'mike');
  for (let count = 0; count < 10; count++) expect((await mike.post('/api/rooms', { name: '' })).status).toBe(400);
  expect((await mike.post('/api/rooms', { name: '' })).status).toBe(429);
});

test('a class of 60 logs in at once from one address, while 60 wrong passwords get five looks', async () => {
  const school = await startServer({ args: ['--signups-per-hour', '0'] });
  try {
    const names = Array.from({ length: 60 }, (_, at) => `pupil ${String.fromCodePoint(0x4e00 + at)}`);
    await Promise.all(names.map((name) => signUp(school, name)));
    const statusOf = async (username: string, password: string) =>
      (await new Person(school, username).post('/account/login', { username, password })).status;
    expect(await Promise.all(names.map((name) => statusOf(name, PASSWORD)))).toEqual(names.map(() => 200));
    const guesses = await Promise.all(names.map(() => statusOf(names[0] ?? '', 'not the password')));
    expect([
      guesses.filter((status) => status === 400).length,
      guesses.filter((status) => status === 429).length,
    ]).toEqual([5, 55]);
  } finally {
    await school.stop();
  }
});

test('however many rooms there are, no frame carries more than 100 of them', async () => {
  const crowded = await startServer({ args: ['--throttle', 'off'] });
  try {
    const builder = await signUp(crowded, 'builder');
    const lobby = await builder.socket('/ws/lobby/');
    for (let count = 0; count < 120; count++) await builder.post('/api/rooms', { name: `room ${count}` });
    const known = new Set<string>();
    while (known.size < 123) for (const slug of slugsOf((await lobby.next('rooms')).rooms)) known.add(slug);
    await lobby.close();
    const later = await builder.socket('/ws/lobby/');
    const pages = [slugsOf((await later.next('rooms')).rooms), slugsOf((await later.next('rooms')).rooms)];
    expect(pages.map((page) => page.length)).toEqual([100, 23]);
    await later.close();
  } finally {
    await crowded.stop();
  }
});

function slugsOf(rooms: unknown): string[] {
  return Array.isArray(rooms) ? rooms.map((room) => String(room.slug)) : [];
}
