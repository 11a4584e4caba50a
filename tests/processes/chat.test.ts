/** Two processes, one chat: whatever happens in one is seen in the other. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { salon } from '../support/command.ts';
import { bodyAt } from '../support/json.ts';
import { logIn, PASSWORD, type Person, signUp } from '../support/person.ts';
import { Deployment } from './deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.start({ processes: 2 });
});
afterAll(() => deployment.stop());

/** The same user at each process. */
async function atBoth(name: string): Promise<readonly [Person, Person]> {
  const [first, second] = [deployment.server(0), deployment.server(1)];
  const person = await signUp(first, name);
  return [person, person.at(second)];
}

test('S49, S52: a message that is sent to one process reaches the sockets of the other, and its author over both', async () => {
  const [ann, annElsewhere] = await atBoth('ann-1');
  const bob = await signUp(deployment.server(1), 'bob-1');
  const sockets = [await ann.open('general'), await annElsewhere.open('general'), await bob.open('general')];
  for (const socket of sockets) await socket.next('live');
  sockets[0]?.send({ message: 'across', nonce: 'n1' });
  const seen = await Promise.all(sockets.map((socket) => socket.next('chat_message')));
  for (const frame of seen.slice(1)) expect<unknown>(frame).toEqual(seen[0]);
  expect(seen[0]).toMatchObject({ user: 'ann-1', message: 'across', nonce: 'n1' });
  await Promise.all(sockets.map((socket) => socket.close()));
});

test('a session, its token and its end are good at every process: logging out in one closes the sockets of the other', async () => {
  const [here, there] = await atBoth('ann-2');
  const socket = await there.open('general');
  await socket.next('live');
  expect((await here.post('/account/logout', {})).status).toBe(200);
  expect((await socket.closed).code).toBe(4401);
  expect(await bodyAt(await there.get('/account/me'), 'user')).toBeNull();
});

test('people of both processes stand in one list; a user with sockets at both is one, and leaves with the last', async () => {
  const [ann, annElsewhere] = await atBoth('ann-3');
  const bob = await signUp(deployment.server(1), 'bob-3');
  const watching = await bob.open('help');
  await watching.next((frame) => frame.type === 'user_list' && String(frame.users) === 'bob-3');
  const [first, second] = [await ann.open('help'), await annElsewhere.open('help')];
  await watching.next((frame) => frame.type === 'user_list' && String(frame.users) === 'ann-3,bob-3');
  await first.close();
  await second.close();
  await watching.next((frame) => frame.type === 'user_leave' && frame.user === 'ann-3');
  expect(watching.frames.filter((frame) => frame.type === 'user_join' && frame.user === 'ann-3')).toHaveLength(1);
  await watching.close();
});

test('a room that is made, renamed or written in at one process is told in the lobby of the other', async () => {
  const [ann, annElsewhere] = await atBoth('ann-4');
  const lobby = await annElsewhere.socket('/ws/lobby/');
  await lobby.next('rooms');
  const roomIn = (fits: (room: Record<string, unknown>) => boolean) => (frame: { type: string; rooms?: unknown }) =>
    frame.type === 'rooms' && Array.isArray(frame.rooms) && frame.rooms.some(fits);
  expect((await ann.post('/api/rooms', { name: 'Far' })).status).toBe(201);
  await lobby.next(roomIn((room) => room.slug === 'far'));
  await ann.post('/api/rooms/far', { name: 'Farther' });
  await lobby.next(roomIn((room) => room.name === 'Farther'));
  await ann.post('/api/rooms/far/messages', { message: 'hello', nonce: 'n1' });
  await lobby.next(roomIn((room) => room.slug === 'far' && room.last === 1));
  await lobby.close();
});

test('what a user read in one process is read in the other', async () => {
  const [ann, annElsewhere] = await atBoth('ann-5');
  const bob = await signUp(deployment.server(1), 'bob-5');
  await bob.post('/api/rooms/random/messages', { message: 'one', nonce: 'n1' });
  const [first, second] = [await ann.open('random'), await annElsewhere.open('random')];
  await Promise.all([first.next('live'), second.next('live')]);
  first.send({ type: 'read', seq: 1 });
  expect(await second.next('read')).toMatchObject({ room: 'random', seq: 1 });
  await Promise.all([first.close(), second.close()]);
});

test('commands change what all processes share: who is disabled loses the sockets of every process', async () => {
  const [ann, annElsewhere] = await atBoth('ann-6');
  const sockets = [await ann.open('general'), await annElsewhere.open('general')];
  for (const socket of sockets) await socket.next('live');
  const { code, err } = await salon(['user', 'disable', 'ann-6'], { env: deployment.env });
  expect([code, err]).toEqual([0, '']);
  const asked = performance.now();
  expect((await Promise.all(sockets.map((socket) => socket.closed))).map(({ code: closed }) => closed)).toEqual([
    4401, 4401,
  ]);
  expect(performance.now() - asked).toBeLessThan(2_000);
  await salon(['user', 'enable', 'ann-6'], { env: deployment.env });
  expect((await logIn(deployment.server(1), 'ann-6', PASSWORD)).name).toBe('ann-6');
});

test('a drill is refused in one line', async () => {
  const { code, err } = await salon(['drill'], { env: deployment.env });
  expect([code, err.trim().split('\n')]).toEqual([2, [expect.stringContaining('cannot run with DATABASE_URL')]]);
});

test('without Redis in between a message crosses all the same, within two seconds, and a session ends within ten', async () => {
  const [ann, annElsewhere] = await atBoth('ann-7');
  const bob = await signUp(deployment.server(1), 'bob-7');
  const [here, there] = [await ann.open('general'), await bob.open('general')];
  const mine = await annElsewhere.open('general');
  await Promise.all([here, there, mine].map((socket) => socket.next('live')));
  await deployment.redis.kill();
  try {
    here.send({ message: 'without Redis', nonce: 'n7' });
    await here.next('chat_message');
    const acknowledged = performance.now();
    await there.next((frame) => frame.type === 'chat_message' && frame.message === 'without Redis');
    expect(performance.now() - acknowledged).toBeLessThan(2_500);
    await ann.post('/account/logout', {});
    const asked = performance.now();
    expect((await mine.closed).code).toBe(4401);
    expect(performance.now() - asked).toBeLessThan(10_500);
  } finally {
    await deployment.redis.start();
  }
  await there.close();
});
