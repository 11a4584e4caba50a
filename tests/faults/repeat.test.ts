/** The same message sent again, at any time and over HTTP or WebSocket: one number, shown once. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { eventually } from '../support/eventually.ts';
import { at } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import type { Frame, RoomSocket } from '../support/room-socket.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';
import { wholeHistory } from './load/history.ts';

const PAIRS = 1_000;
/** So many pairs are on their way at once. */
const AT_ONCE = 50;

let server: Server;
let ann: Person;
let bob: Person;

beforeAll(async () => {
  server = await startServer({ args: UNTHROTTLED });
  ann = await signUp(server, 'ann');
  bob = await signUp(server, 'bob');
});

afterAll(() => server.stop());

async function live(person: Person, room: string, query = ''): Promise<RoomSocket> {
  const socket = await person.open(room, query);
  await socket.next('live');
  return socket;
}

async function post(nonce: string, room: string): Promise<number> {
  return Number(at(await (await ann.post(`/api/rooms/${room}/messages`, { message: nonce, nonce })).json(), 'seq'));
}

const answerTo =
  (nonce: string) =>
  (frame: Frame): boolean =>
    frame.type === 'chat_message' && frame.nonce === nonce;

/** The number under which a socket has its answer. */
async function send(socket: RoomSocket, nonce: string): Promise<void> {
  socket.send({ message: nonce, nonce });
}

test(`${PAIRS} pairs of the same message at the same moment, on two sockets: one number each, none burnt, shown to nobody twice`, async () => {
  const [one, other, reader] = await Promise.all([live(ann, 'general'), live(ann, 'general'), live(bob, 'general')]);
  const nonces = Array.from({ length: PAIRS }, (_, pair) => `pair ${pair}`);
  for (let begin = 0; begin < PAIRS; begin += AT_ONCE) {
    const some = nonces.slice(begin, begin + AT_ONCE);
    for (const nonce of some) await Promise.all([send(one, nonce), send(other, nonce)]);
    for (const socket of [one, other]) await answered(socket, some);
  }
  await reader.next(answerTo(nonces.at(-1) ?? ''));
  expect((await wholeHistory(bob)).map(({ seq, nonce }) => [seq, nonce])).toEqual(
    nonces.map((nonce, n) => [n + 1, nonce]),
  );
  expect(broadcastsOf(reader)).toEqual(nonces.map((nonce, n) => [n + 1, nonce]));
  for (const socket of [one, other]) {
    expect(broadcastsOf(socket)).toEqual(nonces.map((nonce, n) => [n + 1, nonce]));
  }
  // The broadcast of a pair comes before the answer to the second sender, and does not show that that one has arrived.
  await eventually(() => repeatsOf(one).length + repeatsOf(other).length, PAIRS);
  for (const socket of [one, other]) {
    expect(repeatsOf(socket).filter(([seq, nonce]) => nonces[Number(seq) - 1] !== nonce)).toEqual([]);
  }
  await Promise.all([one, other, reader].map((socket) => socket.close()));
});

test('by POST and on a socket at the same moment, a hundred times: both get the same number', async () => {
  const socket = await live(ann, 'random');
  for (let n = 1; n <= 100; n++) {
    const nonce = `both doors ${n}`;
    const posting = post(nonce, 'random');
    await send(socket, nonce);
    expect([await posting, (await socket.next(answerTo(nonce))).seq]).toEqual([n, n]);
  }
  expect(broadcastsOf(socket)).toHaveLength(100);
  await socket.close();
});

test('after an edit, a deletion, a restart and a kill: still the same number, and it is not broadcast again', async () => {
  let [writer, reader] = await Promise.all([live(ann, 'help'), live(bob, 'help')]);
  for (const nonce of ['plain', 'edited', 'deleted']) {
    await send(writer, nonce);
    await writer.next(answerTo(nonce));
  }
  const epoch = String(writer.frames[0]?.epoch);
  writer.send({ type: 'edit', seq: 2, message: 'better' });
  await writer.next('message_changed');
  writer.send({ type: 'delete', seq: 3 });
  await writer.next('message_changed');
  const again = async (): Promise<unknown[]> => {
    const answers: unknown[] = [];
    for (const nonce of ['plain', 'edited', 'deleted']) {
      await send(writer, nonce);
      const { seq, repeat } = await writer.next((frame) => frame.nonce === nonce && frame.repeat === true);
      answers.push([seq, repeat, await post(nonce, 'help')]);
    }
    return answers;
  };
  const same = [1, 2, 3].map((seq) => [seq, true, seq]);
  expect(await again()).toEqual(same);
  for (const end of ['terminate', 'kill9'] as const) {
    await server[end]();
    await server.start();
    [writer, reader] = await Promise.all([
      live(ann, 'help', `after=5&epoch=${epoch}`),
      live(bob, 'help', `after=5&epoch=${epoch}`),
    ]);
    expect(await again()).toEqual(same);
    const before = broadcastsOf(reader).length;
    await send(writer, `new after ${end}`);
    await reader.next(answerTo(`new after ${end}`));
    expect(broadcastsOf(reader).slice(before)).toHaveLength(1);
    expect(reader.frames.filter(({ type }) => type === 'message_changed')).toEqual([]);
  }
  expect(broadcastsOf(reader).map(([seq]) => seq)).toEqual([6, 7]);
});

async function answered(socket: RoomSocket, nonces: readonly string[]): Promise<void> {
  const waiting = new Set(nonces);
  while (waiting.size > 0) waiting.delete(String((await socket.next('chat_message')).nonce));
}

function broadcastsOf(socket: RoomSocket): unknown[][] {
  return socket.frames
    .filter(({ type, repeat }) => type === 'chat_message' && repeat !== true)
    .map(({ seq, nonce }) => [seq, nonce]);
}

function repeatsOf(socket: RoomSocket): unknown[][] {
  return socket.frames
    .filter(({ type, repeat }) => type === 'chat_message' && repeat === true)
    .map(({ seq, nonce }) => [seq, nonce]);
}
