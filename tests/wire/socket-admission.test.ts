/** Handshakes that no browser sends, and clients that connect and disconnect all the time. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { handshake, RawClient } from '../../channels/testing/test-server.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  server = await startServer({ args: [...UNTHROTTLED, '--leave-grace', '1'] });
  alice = await signUp(server, 'alice');
  bob = await signUp(server, 'bob');
});

afterAll(() => server.stop());

async function statusAt(path: string, cookie = alice.cookie): Promise<number> {
  const headers = { Host: new URL(server.url).host, Origin: server.url, Cookie: cookie };
  const { peer, status } = await RawClient.request(server.port, handshake(path, headers));
  peer.destroy();
  return status;
}

test.each([
  'no such room',
  'a%20b',
  '%D0%BA%D0%BE%D0%BC%D0%BD%D0%B0%D1%82%D0%B0',
  'комната',
  'x'.repeat(95),
  '..',
  '..%2F..',
  '%2e%2e',
  'general%2F',
  'general%00',
  'general%0a',
  'general%0d%0aX-A:%20b',
  'general!',
  'general,random',
  'general/random',
  '%',
  '%zz',
  '%ff',
  "'%20or%201=1",
  '__proto__',
])('B5: a room called %s is not there: no socket, no fault', async (room) => {
  expect([400, 404, 505]).toContain(await statusAt(`/ws/chat/${room}/`));
});

test('B5: nor is one whose name has 5,000 letters', async () => {
  expect(await statusAt(`/ws/chat/${'x'.repeat(5_000)}/`)).toBe(404);
});

test('B2: users who were not let in are not announced', async () => {
  const a = await alice.open('general');
  await a.next((frame) => frame.type === 'user_join');
  a.skip();
  const forged = ['', 'salon-session=', `${alice.cookie}x`, 'sessionid=../../etc/passwd', `salon=${'a'.repeat(4_000)}`];
  for (const cookie of forged) expect(await statusAt('/ws/chat/general/', cookie)).toBe(401);
  a.send({ message: 'a quiet day' });
  await a.next('chat_message');
  expect(a.frames.filter((frame) => frame.type === 'user_join')).toHaveLength(1);
  await a.close();
});

test('B51: who reloads twenty times in a row is listed once, and not at all when gone', async () => {
  const a = await alice.open('random');
  await a.next('live');
  for (let reload = 0; reload < 20; reload++) {
    const page = await bob.open('random');
    await (reload % 2 === 0 ? page.close() : page.cut());
  }
  const stays = await bob.open('random');
  expect(await stays.next('user_list')).toMatchObject({ users: ['alice', 'bob'], count: 2 });
  await stays.close();
  expect(await a.next('user_leave')).toMatchObject({ user: 'bob' });
  await a.next((frame) => frame.type === 'user_list' && frame.count === 1);
  const announced = a.frames.filter((frame) => /user_(join|leave)/.test(frame.type) && frame.user === 'bob');
  expect(announced.map((frame) => frame.type)).toEqual(['user_join', 'user_leave']);
  await a.close();
});
