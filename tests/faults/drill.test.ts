import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_CERTIFICATE } from '../../channels/testing/certificate.ts';
import { Reservation } from '../../drill/reservation.ts';
import { ServerAccess } from '../../drill/server-access.ts';
import { controlPath } from '../../server/control/control-socket.ts';
import { type Drill, DrillDatabase, startDrill } from '../support/drill.ts';
import { eventually } from '../support/eventually.ts';
import { bodyAt } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer } from '../support/server.ts';

/** The strictest settings: none of them may hinder the drill. */
const STRICT = ['--message-rate', '0.1', '--message-burst', '1', '--sockets-per-person', '1', '--history', '0'];
const UNBROKEN = 'Nothing was lost, nothing came twice, nothing was out of order.';

let server: Server;
let database: DrillDatabase;
let ann: Person;
let bob: Person;
let before: Record<string, number>;
const drills: Drill[] = [];

beforeAll(async () => {
  server = await startServer({ args: STRICT });
  ann = await signUp(server, 'ann');
  bob = await signUp(server, 'bob');
  database = new DrillDatabase(server);
});

beforeEach(() => {
  before = database.countRows();
});

afterEach(async () => {
  for (const { process } of drills.splice(0)) {
    process.kill('SIGKILL');
    await process.exited;
  }
  await eventually(() => database.countRows(), before);
});

afterAll(async () => {
  database.close();
  await server.stop();
});

function drill(clients: number, seconds: number): Drill {
  const started = startDrill(server.data, clients, seconds);
  drills.push(started);
  return started;
}

/** The figure in the line of the table that begins so. */
function figure(out: string, line: string): number {
  const found = new RegExp(`^  ${line} +([\\d,.]+)`, 'm').exec(out)?.[1];
  if (found === undefined) throw new Error(`no ${line} in:\n${out}`);
  return Number(found.replaceAll(',', ''));
}

test('a drill of a server that keeps its promise says so in a table, ends with exit code 0, and leaves nothing behind', async () => {
  const { code, out, err } = await drill(12, 3).result();
  expect({ code, err, last: out.trim().split('\n').at(-1) }).toEqual({ code: 0, err: '', last: UNBROKEN });
  expect(database.countRows()).toEqual(before);
  expect(figure(out, 'sent')).toBeGreaterThan(10);
  expect(figure(out, 'acknowledged')).toBe(figure(out, 'sent'));
  for (const line of ['lost', 'doubled', 'out of order']) expect(figure(out, line)).toBe(0);
  for (const line of ['sent again on purpose', 'lines cut', 'to the acknowledgement', 'back after a lost line']) {
    expect(figure(out, line)).toBeGreaterThan(0);
  }
});

test('a server that loses what it acknowledged is found out: exit code 1, and what was lost', async () => {
  const running = drill(12, 4);
  // The sender of the first one has its acknowledgement by now, on this connection or the next.
  await database.waitForMessages(12);
  database.deleteFirstMessage();
  const { code, out } = await running.result();
  expect(code).toBe(1);
  expect(figure(out, 'lost')).toBeGreaterThan(0);
  expect(out).toMatch(/This server broke its promise: [1-9]\d* lost, 0 doubled, 0 out of order\.\n.*I\d/);
});

test('nobody else sees anything of it: no room in any list, no news, no page, no socket, nothing to read or to write', async () => {
  const lobby = await ann.socket('/ws/lobby/');
  await lobby.next('rooms');
  const running = drill(6, 2);
  const slug = await database.waitForMessages(1);
  const { rooms } = Object(await (await ann.get('/api/rooms')).json());
  expect(rooms).toHaveLength(3);
  expect(await bodyAt(await ann.get(`/api/rooms?room=${slug}`), 'rooms')).toEqual([]);
  for (const path of ['', '/messages', '/people']) {
    expect((await ann.get(`/api/rooms/${slug}${path}`)).status).toBe(404);
  }
  expect((await ann.post(`/api/rooms/${slug}/messages`, { message: 'hello' })).status).toBe(404);
  expect((await ann.get(`/chat/${slug}`)).status).toBe(404);
  await expect(bob.open(slug)).rejects.toThrow('not opened');
  expect((await running.result()).code).toBe(0);
  await ann.post('/api/rooms/general/messages', { message: 'back to business' });
  const frame = await lobby.next('rooms');
  expect(frame.rooms).toMatchObject([{ slug: 'general' }]);
  expect(lobby.texts.join('\n')).not.toContain('drill');
  await lobby.close();
  before = database.countRows();
});

test('nor do its people see anything of the others: for them there is no room but theirs', async () => {
  const reservation = await Reservation.request(server.data, 1);
  const [bot] = reservation.bots;
  if (bot === undefined) throw new Error('nobody came');
  const access = await ServerAccess.open(reservation);
  const get = (path: string): Promise<unknown> => access.fetchJson(bot, path, AbortSignal.timeout(5_000));
  expect(await get(`/api/rooms/${reservation.slug}`)).toMatchObject({ room: { slug: reservation.slug } });
  for (const list of ['/api/rooms', '/api/rooms?after=general', '/api/rooms?room=general']) {
    expect([list, await get(list)]).toEqual([list, { rooms: [], next: null }]);
  }
  for (const path of ['/api/rooms/general', '/api/rooms/general/messages', '/chat/general']) {
    expect(await get(path).then(() => '', String)).toContain('404');
  }
  await reservation.release();
});

test('a drill that is broken off with Ctrl-C takes its room away before it ends', async () => {
  const running = drill(6, 60);
  await database.waitForMessages(1);
  running.process.kill('SIGINT');
  const { code, out } = await running.result();
  expect([code, out]).toEqual([130, '']);
  expect(database.countRows()).toEqual(before);
});

test('of a drill that is killed nothing is left either: the server notices', async () => {
  const running = drill(6, 60);
  await database.waitForMessages(1);
  running.process.kill('SIGKILL');
  await running.process.exited;
  await eventually(() => database.countRows(), before);
});

test('there is one drill at a time: a second one is refused, and does not disturb the first', async () => {
  const first = drill(6, 2);
  await database.waitForMessages(1);
  // It is stopped meanwhile, so that its two seconds are not over before the second one asks.
  first.process.kill('SIGSTOP');
  const { code, out, err } = await drill(6, 2).result();
  first.process.kill('SIGCONT');
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^salon: A drill is under way[^\n]*\n$/);
  expect((await first.result()).code).toBe(0);
});

test('a server that is killed, or stopped, in the middle of it: every client comes back, and nothing is lost', async () => {
  const running = drill(8, 6);
  await database.waitForMessages(4);
  await server.kill9();
  await server.start();
  await database.waitForMessages(8);
  await server.restart();
  const { code, out } = await running.result();
  expect({ code, last: out.trim().split('\n').at(-1) }).toEqual({ code: 0, last: UNBROKEN });
  expect(database.countRows()).toEqual(before);
});

test('a server with https and a public name, or on a unix socket, is drilled as it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'salon-drill-'));
  const { cert, key } = TEST_CERTIFICATE;
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
  const secure = ['--tls-cert', certFile, '--tls-key', keyFile, '--origin', 'https://chat.example.org'];
  for (const args of [secure, ['--unix-socket', join(folder, 'salon.sock')]]) {
    const other = await startServer({ args });
    const running = startDrill(other.data, 5, 2);
    drills.push(running);
    const { code, err } = await running.result();
    await other.stop();
    expect([args[0], code, err]).toEqual([args[0], 0, '']);
  }
  await rm(folder, { recursive: true });
});

test('where no server runs, it says so in one line and ends with 2, and makes nothing', async () => {
  const data = join(server.data, 'nowhere');
  const running = startDrill(data, 5, 2);
  drills.push(running);
  const { code, out, err } = await running.result();
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^salon: No server runs on [^\n]+\n$/);
  expect(await Array.fromAsync(new Bun.Glob('nowhere/**').scan({ cwd: server.data, dot: true }))).toEqual([]);
});

test('whatever keeps the drill from a result is said in one line and ends with 2: it never counts as a loss', async () => {
  const data = await mkdtemp(join(tmpdir(), 'salon-drill-'));
  const nonsense = Bun.serve({ unix: controlPath(data), fetch: () => new Response('{"slug":\n') });
  const running = startDrill(data, 5, 2);
  drills.push(running);
  const { code, out, err } = await running.result();
  await nonsense.stop(true);
  await rm(data, { recursive: true });
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^salon: There is no verdict[^\n]+\n$/);
});
