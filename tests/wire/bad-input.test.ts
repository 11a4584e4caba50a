import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { bodyAt } from '../support/json.ts';
import { logIn, type Person, signUp } from '../support/person.ts';
import type { RoomSocket } from '../support/room-socket.ts';
import { type Server, startServer } from '../support/server.ts';

let server: Server;
let alice: Person;
let bob: Person;
let a: RoomSocket;
let b: RoomSocket;
let room: string;
let rooms = 0;

beforeAll(async () => {
  server = await startServer({ args: ['--throttle', 'off', '--message-rate', '1000', '--message-burst', '1000'] });
  alice = await signUp(server, 'alice');
  bob = await signUp(server, 'bob');
});

beforeEach(async () => {
  const made = await alice.post('/api/rooms', { name: `bad input ${++rooms}` });
  room = String(await bodyAt(made, 'room', 'slug'));
  a = await alice.open(room);
  b = await bob.open(room);
  await a.next('live');
  await b.next((frame) => frame.type === 'user_list' && frame.count === 2);
});

afterEach(() => Promise.all([a.close(), b.close()]));

afterAll(() => server.stop());

const NESTED = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

test.each<[string, string, string]>([
  ['text that is not JSON', 'hello', 'bad_json'],
  ['nothing', '', 'bad_json'],
  ['half an object', '{"message":"x"', 'bad_json'],
  ['an array', '[{"message":"x"}]', 'bad_shape'],
  ['a number', '7', 'bad_shape'],
  ['a string', '"hello"', 'bad_shape'],
  ['null', 'null', 'bad_shape'],
  ['an empty object', '{}', 'bad_shape'],
  ['20,000 nested arrays', NESTED, 'bad_shape'],
  ['a message that is a number', '{"message":7}', 'bad_shape'],
  ['a message that is null', '{"message":null}', 'bad_shape'],
  ['a message that is an object', '{"message":{"$ne":1}}', 'bad_shape'],
  ['a message with NUL', '{"message":"a\\u0000b"}', 'bad_shape'],
  ['a nonce that is a number', '{"message":"x","nonce":7}', 'bad_shape'],
  ['an empty nonce', '{"message":"x","nonce":""}', 'bad_shape'],
  ['a nonce of 65 characters', `{"message":"x","nonce":"${'n'.repeat(65)}"}`, 'bad_shape'],
  ['an empty message', '{"message":""}', 'empty'],
  ['a blank message', '{"message":" \\n\\t\\u200b\\u3164 "}', 'empty'],
  ['4,001 characters', JSON.stringify({ message: 'x'.repeat(4_001) }), 'too_long'],
  ['4,001 characters of two units each', JSON.stringify({ message: '😀'.repeat(4_001) }), 'too_long'],
  ['an unknown type', '{"type":"dance","message":"x"}', 'unknown_type'],
  ["a server's type", '{"type":"user_list","users":["mallory"]}', 'unknown_type'],
  ['the type __proto__', '{"type":"__proto__","message":"x"}', 'unknown_type'],
  ['the type constructor', '{"type":"constructor"}', 'unknown_type'],
  ['a type that is a number', '{"type":1,"message":"x"}', 'bad_shape'],
  ['only __proto__', '{"__proto__":{"message":"x"}}', 'bad_shape'],
  ['an edit without a number', '{"type":"edit","message":"x"}', 'bad_shape'],
  ['an edit of 1e999', '{"type":"edit","seq":1e999,"message":"x"}', 'bad_shape'],
  ['a deletion of -1', '{"type":"delete","seq":-1}', 'bad_shape'],
  ['read up to a half', '{"type":"read","seq":1.5}', 'bad_shape'],
])('%s is refused, the socket stays usable, and nobody else notices', async (_, text, code) => {
  const before = b.frames.length;
  a.send(text);
  expect(await a.next('error')).toMatchObject({ code, final: true, message: expect.any(String) });
  a.send({ message: 'still here' });
  await b.next((frame) => frame.message === 'still here');
  const noticed = b.frames.slice(before).filter((frame) => !/^(user_|rooms)/.test(frame.type));
  expect(noticed.map((frame) => frame.type)).toEqual(['chat_message']);
});

test('a refusal repeats the nonce it is about', async () => {
  a.send({ message: '', nonce: 'which-one' });
  expect(await a.next('error')).toMatchObject({ code: 'empty', nonce: 'which-one' });
});

test('a forged user, seq or timestamp is ignored: the session and the server say who and when', async () => {
  a.send({
    message: 'I am bob',
    user: 'bob',
    seq: 99,
    changed: 99,
    timestamp: '1999-01-01T00:00:00.000Z',
    room: 'general',
  });
  const shown = await b.next('chat_message');
  expect(shown).toMatchObject({ user: 'alice', seq: 1 });
  expect(String(shown.timestamp)).not.toStartWith('1999');
});

test('4,000 characters pass, of whatever width, and a lone surrogate becomes U+FFFD', async () => {
  for (const message of ['x'.repeat(4_000), '😀'.repeat(4_000)]) {
    a.send({ message });
    expect((await b.next('chat_message')).message).toBe(message);
  }
  a.send('{"message":"\\ud800 alone"}');
  expect((await b.next('chat_message')).message).toBe('\ufffd alone');
});

test('text of users is passed on as text: markup is no markup on the wire', async () => {
  const message = '<img src=x onerror=alert(1)> & "quoted"';
  a.send({ message });
  expect((await b.next('chat_message')).message).toBe(message);
});

test('a binary frame closes this one socket with 1003', async () => {
  a.sendBytes(new Uint8Array([1, 2, 3]));
  expect((await a.closed).code).toBe(1003);
  expect(await b.next('user_leave')).toMatchObject({ user: 'alice' });
});

test('a frame over 64 KiB closes this one socket with 1009, one of 64 KiB does not', async () => {
  const frame = (bytes: number): string => `{"message":"hi","padding":"${'p'.repeat(bytes - 29)}"}`;
  expect(frame(65_536).length).toBe(65_536);
  a.send(frame(65_536));
  expect(await b.next('chat_message')).toMatchObject({ message: 'hi' });
  a.send(frame(65_537));
  expect((await a.closed).code).toBe(1009);
  b.send({ message: 'unmoved' });
  await b.next((one) => one.message === 'unmoved');
});

test('50 refusals in 10 s are a flood: 4429', async () => {
  for (let count = 0; count < 60; count++) a.send('nonsense');
  expect((await a.closed).code).toBe(4429);
});

test('a message over HTTP that is refused for what it says counts like any other', async () => {
  const strict = await startServer({ args: ['--throttle', 'off', '--message-rate', '0.01', '--message-burst', '5'] });
  try {
    const dora = await signUp(strict, 'dora');
    const statuses: number[] = [];
    for (const message of ['', '', '', 'one', 'two', '', 'three']) {
      statuses.push((await dora.post('/api/rooms/general/messages', { message })).status);
    }
    expect(statuses).toEqual([400, 400, 400, 200, 200, 429, 429]);
  } finally {
    await strict.stop();
  }
});

test('the 21st message at once is refused with a time to wait, over all tabs and POST, and can be sent again then', async () => {
  // So slow that the first of the twenty is not forgotten yet when the last one has come, on a busy machine neither.
  const strict = await startServer({ args: ['--throttle', 'off', '--message-rate', '0.5', '--message-burst', '20'] });
  try {
    const cara = await signUp(strict, 'cara');
    const tabs = [await cara.open('general'), await cara.open('general')];
    for (const tab of tabs) await tab.next('live');
    for (let count = 0; count < 20; count++) tabs[count % 2]?.send({ message: `m${count}`, nonce: `rate-${count}` });
    // The frames of one tab may overtake those of the other.
    for (let received = 0; received < 20; received++) await tabs[0]?.next('chat_message');
    const posted = await cara.post('/api/rooms/general/messages', { message: 'by post', nonce: 'rate-post' });
    expect(posted.status).toBe(429);
    expect(await bodyAt(posted, 'error', 'code')).toBe('rate_limited');
    tabs[0]?.send({ message: 'one more', nonce: 'rate-20' });
    const refusal = await tabs[0]?.next('error');
    expect(refusal).toMatchObject({ code: 'rate_limited', final: false, nonce: 'rate-20' });
    await Bun.sleep(Number(refusal?.retry_after));
    tabs[0]?.send({ message: 'one more', nonce: 'rate-20' });
    await tabs[1]?.next((frame) => frame.nonce === 'rate-20');
    for (const tab of tabs) await tab.close();
  } finally {
    await strict.stop();
  }
});

async function handshake(path: string, headers: Readonly<Record<string, string | undefined>>): Promise<number> {
  const all = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    cookie: alice.cookie,
    origin: server.url,
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return (await fetch(server.url + path, { headers: given })).status;
}

test.each<[string, string, Record<string, string | undefined>, number]>([
  ['without a session', '/ws/chat/general/', { cookie: undefined }, 401],
  ['to a room that does not exist', '/ws/chat/nowhere/', {}, 404],
  ['to a path that does not exist', '/ws/other/', {}, 404],
  ['to a room called %2F', '/ws/chat/%2F/', {}, 404],
  ['with another Origin', '/ws/chat/general/', { origin: 'https://evil.test' }, 403],
  ['with an Origin that only begins like ours', '/ws/chat/general/', { origin: 'http://127.0.0.1.evil.test' }, 403],
  ['with our host and another port', '/ws/chat/general/', { origin: 'http://127.0.0.1:1' }, 403],
  ['without an Origin', '/ws/chat/general/', { origin: undefined }, 403],
  ['with the Origin null', '/ws/chat/general/', { origin: 'null' }, 403],
  ['with a Host that is not ours', '/ws/chat/general/', { host: 'evil.test', origin: 'http://evil.test' }, 421],
  ['with after=-1', '/ws/chat/general/?after=-1', {}, 400],
  ['with after=x', '/ws/chat/general/?after=x&epoch=1', {}, 400],
  ['with max=1e9', '/ws/chat/general/?max=1e9', {}, 400],
])('S22: a handshake %s is refused before the upgrade', async (_, path, headers, status) => {
  expect(await handshake(path, headers)).toBe(status);
});

test('S22: a handshake with a made-up session is refused before the upgrade', async () => {
  const cookie = alice.cookie.replace(/(salon-session-\d+=)[\w-]{43}/, `$1${'A'.repeat(43)}`);
  expect(cookie).not.toBe(alice.cookie);
  expect(await handshake('/ws/chat/general/', { cookie })).toBe(401);
});

test('S7, S22: log-out closes the sockets of that session with 4401, and only those', async () => {
  const elsewhere = await (await logIn(server, alice.name)).open(room);
  await elsewhere.next('live');
  await alice.post('/account/logout', {});
  expect((await a.closed).code).toBe(4401);
  for (const [staying, message] of [
    [b, 'I stay'],
    [elsewhere, 'so do I, on my phone'],
  ] as const) {
    staying.send({ message });
    await staying.next((frame) => frame.message === message);
  }
  await elsewhere.close();
  expect(await handshake(`/ws/chat/${room}/`, {})).toBe(401);
  alice = await signUp(server, `alice${rooms}`);
});
