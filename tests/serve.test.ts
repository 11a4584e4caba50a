import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawClient } from '../channels/testing/raw-client.ts';
import { salon } from './support/command.ts';
import { logIn, PASSWORD, Person, signUp } from './support/person.ts';
import { type Server, startServer, UNTHROTTLED } from './support/server.ts';

/** So many that some wait for their commit when the server stops. */
const BURST = 3_000;
/** So many that on two cores the last password is checked after a second. */
const CROWD = 40;

let server: Server;
let top: string;

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'salon-serve-'));
  server = await startServer({ data: join(top, 'data'), args: UNTHROTTLED });
});

afterEach(async () => {
  await server.stop();
  await rm(top, { recursive: true, force: true });
});

const atData = (...words: string[]) => [...words, '--data', server.data];

test('S53: one command starts it, and says where, how to let others in, who becomes administrator and how to stop', () => {
  const lines = server.output().trim().split('\n');
  expect(lines[0]).toMatch(/^Salon is open at http:\/\/127\.0\.0\.1:\d+\/?$/);
  expect(lines[1]).toContain('-b 0.0.0.0');
  expect(lines[2]).toMatch(/http:\/\/127\.0\.0\.1:\d+\/account\?setup=\S{20,}$/);
  expect(lines.slice(3)).toEqual(['Ctrl-C stops it.']);
});

test('the address that was printed answers', async () => {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test('SIGTERM and SIGINT stop it cleanly, also when the wish arrives twice at once', async () => {
  expect(await server.terminate()).toBe(0);
  await server.start();
  expect(await server.interrupt(1)).toBe(0);
  await server.start();
  expect(await server.interrupt(2)).toBe(0);
  expect(server.output()).not.toMatch(/error|warn/i);
});

test('S34: what is stored when it stops was shown to everybody before they were sent away', async () => {
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => signUp(server, name)));
  const [writing, watching] = [await ann?.open('general'), await bob?.open('general')];
  if (ann === undefined || writing === undefined || watching === undefined) throw new Error('nobody is there');
  await Promise.all([writing.next('live'), watching.next('live')]);
  for (let n = 1; n <= BURST; n++) writing.send({ message: `number ${n}` });
  await watching.next('chat_message');
  const stopped = server.terminate();
  for (const socket of [writing, watching]) expect((await socket.closed).code).toBe(1012);
  expect(await stopped).toBe(0);
  await server.start();
  const again = await ann.open('general');
  const { head } = await again.next('welcome');
  for (const { frames } of [writing, watching]) {
    const shown = frames.filter(({ type }) => type === 'chat_message').map(({ seq }) => seq);
    expect(shown).toEqual(Array.from({ length: Number(head) }, (_, at) => at + 1));
  }
  await again.close();
});

test('half a request, which its sender never ends, does not hold the stop up', async () => {
  const peer = await RawClient.dial(server.port);
  await peer.writeFlushed('GET /acc');
  const before = performance.now();
  expect(await server.interrupt(1)).toBe(0);
  // Its 500 ms, and far below the 5 s that a slow reader gets.
  expect(performance.now() - before).toBeLessThan(3_000);
  await peer.closed;
});

test('who is logging in when it stops is answered, however many wait for their turn', async () => {
  await signUp(server, 'ann');
  const people = Array.from({ length: CROWD }, () => new Person(server, 'ann'));
  await Promise.all(people.map((person) => person.csrf()));
  const asked = people.map((person) => person.post('/account/login', { username: 'ann', password: PASSWORD }));
  await Promise.race(asked);
  const stopped = server.terminate();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(await stopped).toBe(0);
});

test('started again, the same port and data are there, and the old set-up link is not', async () => {
  const { port, setupLink } = server;
  await signUp(server, 'ann');
  await server.restart();
  expect(server.port).toBe(port);
  await logIn(server, 'ann');
  expect(server.setupLink).not.toBe(setupLink);
});

test('a taken port and taken data are one line each, and exit code 1', async () => {
  for (const words of [
    ['serve', '-p', String(server.port), '--data', join(top, 'other')],
    ['serve', '-p', '0', '--data', server.data],
  ]) {
    const { code, out, err } = await salon(words);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^salon: [^\n]+\n$/);
  }
});

test('while it runs, a user made on the command line can log in at once, and their new password holds at once', async () => {
  expect((await salon(atData('user', 'add', 'ann'), { input: PASSWORD })).code).toBe(0);
  await logIn(server, 'ann');
  const other = 'another horse battery';
  expect((await salon(atData('user', 'passwd', 'ann'), { input: other })).code).toBe(0);
  await expect(logIn(server, 'ann')).rejects.toThrow('400');
  await logIn(server, 'ann', other);
});

test('while it runs, disabling somebody closes their sockets with 4401 and locks them out; enabling lets them in', async () => {
  const ann = await signUp(server, 'ann');
  const room = await ann.open('general');
  await room.next('live');
  expect((await salon(atData('user', 'disable', 'ann'))).code).toBe(0);
  expect((await room.closed).code).toBe(4401);
  await expect(logIn(server, 'ann')).rejects.toThrow('400');
  expect((await salon(atData('user', 'enable', 'ann'))).code).toBe(0);
  await logIn(server, 'ann');
});

test('while it runs, a room made on the command line can be entered at once', async () => {
  expect((await salon(atData('room', 'add', 'Tea Room'))).out).toBe('tea-room\tTea Room\n');
  const ann = await signUp(server, 'ann');
  const room = await ann.open('tea-room');
  expect(await room.next('welcome')).toMatchObject({ room: { slug: 'tea-room', name: 'Tea Room' } });
  await room.close();
});

test('while it runs, a refusal of the server is one line that says why, and exit code 1', async () => {
  for (const [words, why] of [
    [['user', 'disable', 'nobody'], 'no user of this name'],
    [['backup', '/no/such/copy.db'], '/no/such/copy.db cannot be written'],
  ] as const) {
    const { code, out, err } = await salon(atData(...words));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^salon: [^\n]+\n$/);
    expect(err).toContain(why);
  }
});

test('no password, and there is no account: the line says that it is missing, with and without a server', async () => {
  for (const words of [atData('user', 'add', 'ann'), ['user', 'add', 'ann', '--data', join(top, 'other')]]) {
    const { code, err } = await salon(words, { input: '\n' });
    expect([code, err]).toEqual([1, 'salon: No password was given.\n']);
  }
});

test('S34: a backup taken while people talk holds every message acknowledged before it', async () => {
  const ann = await signUp(server, 'ann');
  const room = await ann.open('general');
  await room.next('live');
  for (const text of ['one', 'two', 'three']) {
    room.send({ message: text, nonce: text });
    await room.next((frame) => frame.type === 'chat_message' && frame.nonce === text);
  }
  const copy = join(top, 'copy.db');
  expect((await salon(atData('backup', copy))).code).toBe(0);
  const { Database } = await import('bun:sqlite');
  const database = new Database(copy, { readonly: true });
  expect(database.query('SELECT body FROM messages ORDER BY seq').values()).toEqual([['one'], ['two'], ['three']]);
  database.close();
  await room.close();
});

test('after a kill -9, what the dead server left behind keeps nobody from starting or from giving orders', async () => {
  await server.kill9();
  expect((await salon(atData('room', 'list'))).code).toBe(0);
  await server.start();
  expect((await salon(atData('room', 'list'))).code).toBe(0);
});
