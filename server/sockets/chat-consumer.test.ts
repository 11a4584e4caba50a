import { afterAll, beforeAll, expect, spyOn, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelLayer, ChannelName } from '../../channels/layer/layer.ts';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import { createLog } from '../../channels/log.ts';
import { socketRouter } from '../../channels/routing.ts';
import { connect, type SocketClient } from '../../channels/testing/test-server.ts';
import type { Room } from '../../store/store.ts';
import { SilentSocket } from '../../tests/support/silent-socket.ts';
import { type OpenChatServices, openChatServices } from '../chat-services.ts';
import type { CurrentUser } from '../http/route.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { RoomStreams } from '../realtime/room-streams.ts';
import { chatSocket, lobbySocket } from '../routes/socket-routes.ts';
import { openServices, type Services } from '../services.ts';
import { DEFAULTS } from '../settings.ts';
import { ChatConsumer } from './chat-consumer.ts';

/** Remembers who is in which group. */
function watched(inner: ChannelLayer, groups: Map<string, Set<ChannelName>>): ChannelLayer {
  const of = (group: string): Set<ChannelName> => groups.getOrInsertComputed(group, () => new Set());
  return {
    newChannel: (receive, prefix) => inner.newChannel(receive, prefix),
    close: (channel) => {
      for (const members of groups.values()) members.delete(channel);
      inner.close(channel);
    },
    send: (channel, event) => inner.send(channel, event),
    groupAdd: (group, channel) => {
      of(group).add(channel);
      return inner.groupAdd(group, channel);
    },
    groupDiscard: (group, channel) => {
      of(group).delete(channel);
      return inner.groupDiscard(group, channel);
    },
    groupSend: (group, event) => inner.groupSend(group, event),
    intercept: (group, receive) => inner.intercept(group, receive),
    onConnectionChange: () => () => {},
    stop: () => inner.stop(),
  };
}

let data: string;
let services: Services;
let rooms: OpenChatServices;
let currentUser: CurrentUser;
const groups = new Map<string, Set<ChannelName>>();

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-consumer-'));
  const opened = await openServices({ ...DEFAULTS, data }, createLog(0));
  services = { ...opened, layer: watched(createMemoryLayer(), groups) };
  rooms = await openChatServices(
    services,
    { ...DEFAULTS, messageRate: 0 },
    { version: 'test', returnMs: 0, log: createLog(0) },
  );
  const user = await services.store.users.create({ name: 'ann', nameKey: 'ann', passwordHash: '-', role: 'member' });
  if (user === 'taken') throw new Error('ann is taken');
  await services.store.sessions.create({
    tokenHash: 'a'.repeat(64),
    userId: user.id,
    expiresAt: Date.now() + 60_000,
    device: '',
  });
  const found = await services.store.sessions.find('a'.repeat(64));
  if (found === null) throw new Error('no session');
  currentUser = found;
});

afterAll(async () => {
  await rooms.close();
  await services.close();
  await rm(data, { recursive: true });
});

function enter(path: string, who: CurrentUser): Promise<SocketClient> {
  const application = socketRouter([
    ['/ws/chat/:room/', chatSocket(rooms, async () => who)],
    ['/ws/lobby/', lobbySocket(rooms, async () => who)],
  ]);
  return connect(application, path, { layer: services.layer });
}

function enterGeneral(who: CurrentUser): Promise<SocketClient> {
  return enter('/ws/chat/general/', who);
}

function members(): Record<string, number> {
  return Object.fromEntries([...groups].filter(([, set]) => set.size > 0).map(([group, set]) => [group, set.size]));
}

test('S23, S25: connect joins the one group of its room, receive gets the frames, and however the connection ends the group is left', async () => {
  const general = await services.store.rooms.bySlug('general');
  const endings: ReadonlyArray<(client: SocketClient) => unknown> = [
    (client) => client.close(),
    (client) => client.drop(),
    () => services.layer.groupSend(sessionGroup(currentUser.session.tokenHash), SESSION_ENDED),
    (client) => client.sendBytes(new Uint8Array(1)),
  ];
  for (const end of endings) {
    const client = await enterGeneral(currentUser);
    await client.receiveLike({ type: 'live' });
    expect(members()).toEqual({
      [`session_${'a'.repeat(64)}`]: 1,
      [`chat_${general?.id}`]: 1,
      lobby: 1,
      [`user_${currentUser.user.id}`]: 1,
    });
    client.sendJson({ message: 'Hello!' });
    await receivedUntil('"user":"ann","message":"Hello!"', client);
    await end(client);
    await client.closed;
    expect(members()).toEqual({});
  }
});

test('S48: each connection is a channel with a name of its own, also of one session in one room', async () => {
  const general = `chat_${(await services.store.rooms.bySlug('general'))?.id}`;
  const clients = [await enterGeneral(currentUser), await enterGeneral(currentUser)];
  for (const [before, client] of clients.entries()) {
    await client.receiveLike({ type: 'live' });
    expect(members()[general]).toBe(clients.length - before);
    await client.close();
    await client.closed;
  }
  expect(members()).toEqual({});
});

test("S34: a message is sent to no socket, not even its author's, before it is stored", async () => {
  const room = await longRoom(0);
  const { messages } = services.store;
  const keep = messages.post.bind(messages);
  const [asked, stored] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const post = spyOn(messages, 'post').mockImplementationOnce(async (draft) => {
    asked.resolve();
    await stored.promise;
    return keep(draft);
  });
  const clients = [
    await enter(`/ws/chat/${room.slug}/`, currentUser),
    await enter(`/ws/chat/${room.slug}/`, currentUser),
  ];
  for (const client of clients) await client.receiveLike({ type: 'live' });
  clients[0]?.sendJson({ message: 'not stored yet' });
  await asked.promise;
  // What is said after it and is received shows that it was not said.
  await services.directory.change(room, { topic: 'changed' });
  for (const client of clients)
    expect(await receivedUntil('"topic":"changed"', client)).not.toContain('not stored yet');
  stored.resolve();
  for (const client of clients) await receivedUntil('"message":"not stored yet","seq":1', client);
  await Promise.all(clients.map((client) => client.close()));
  post.mockRestore();
});

async function receivedUntil(words: string, client: SocketClient): Promise<string> {
  const received: string[] = [];
  while (!received.at(-1)?.includes(words)) received.push(await client.receiveText());
  return received.join('\n');
}

test('the bots of a drill room receive nothing of the other rooms: not in theirs, and there is no lobby for them', async () => {
  const tokenHash = 'c'.repeat(64);
  const { drillRoom, sessions } = services.store;
  await drillRoom.create({
    slug: 'drill',
    name: 'S',
    bots: [{ name: 'hand', tokenHash }],
    expiresAt: Date.now() + 60_000,
  });
  const bot = await sessions.find(tokenHash);
  if (bot === null) throw new Error('no session');
  const client = await enter('/ws/chat/drill/', bot);
  await client.receiveLike({ type: 'live' });
  expect(Object.keys(members())).not.toContain('lobby');
  const refused = ['/ws/lobby/', '/ws/chat/general/'].map((path) => enter(path, bot).catch((error: unknown) => error));
  expect(await Promise.all(refused)).toMatchObject([{ status: 404 }, { status: 404 }]);
  await client.close();
  await client.closed;
  await drillRoom.cleanUp();
});

test('a session that ends while its socket connects is not admitted', async () => {
  const acquire = spyOn(rooms.streams, 'acquire');
  const ended: CurrentUser = { ...currentUser, session: { ...currentUser.session, tokenHash: 'b'.repeat(64) } };
  const client = await enterGeneral(ended);
  expect(await client.closed).toMatchObject({ code: 4401 });
  expect(members()).toEqual({});
  expect(acquire).not.toHaveBeenCalled();
  acquire.mockRestore();
});

test('that a user was in a room before its first message is stored once, and a second visit costs no write', async () => {
  const mark = spyOn(services.store.rooms, 'markRead');
  const room = await longRoom(0);
  const visits = [room, room, await longRoom(100)];
  for (const each of visits) {
    const socket = new SilentSocket(services.layer);
    socket.drained = async () => {};
    const consumer = comer(each);
    await consumer.connect(socket);
    await Promise.all(mark.mock.results.map(({ value }) => value));
    socket.close(1000);
    await consumer.disconnect({ code: 1000, reason: '' }, socket);
  }
  expect(mark.mock.calls).toEqual([[room.id, currentUser.user.id, 0]]);
  mark.mockRestore();
});

async function longRoom(messages: number, deleted = false): Promise<Room> {
  const slug = crypto.randomUUID();
  const room = await services.store.rooms.create({ slug, name: slug, topic: '', createdBy: null });
  if (room === 'taken') throw new Error('taken');
  const { id, name } = currentUser.user;
  const author = { id, name };
  for (let n = 0; n < messages; n += 100) {
    const some = Array.from({ length: 100 }, () => rooms.posting.post(author, room.id, 'x'.repeat(200), null));
    const seqs = (await Promise.all(some)).flatMap((written) =>
      written.kind === 'applied' ? [written.message.seq] : [],
    );
    if (!deleted) continue;
    await Promise.all(seqs.map((seq) => rooms.posting.delete({ roomId: room.id, seq, by: author }, null)));
  }
  return room;
}

function comer(room: Room): ChatConsumer {
  return new ChatConsumer(rooms, room, currentUser, { after: 0, epoch: services.store.epoch, max: 1_000_000 });
}

test('the end of a session closes a socket that is being replayed to, at once, however slowly it reads', async () => {
  const room = await longRoom(1_000);
  const socket = new SilentSocket(services.layer);
  const consumer = comer(room);
  const connecting = consumer.connect(socket);
  while (socket.sent.length < 2) await new Promise(setImmediate);
  await services.layer.groupSend(sessionGroup(currentUser.session.tokenHash), SESSION_ENDED);
  expect(socket.closedWith).toBe(4401);
  await connecting;
  await consumer.disconnect({ code: 4401, reason: '' }, socket);
});

test('a replay ends with its socket, also where there is nothing to tell', async () => {
  const room = await longRoom(200, true);
  const socket = new SilentSocket(services.layer);
  const consumer = comer(room);
  const rows = await services.store.messages.changedSince(room.id, 0, 1_000_000, 100);
  const reads = spyOn(services.store.messages, 'changedSince').mockImplementation(async () => {
    socket.close(1000);
    return rows;
  });
  await consumer.connect(socket);
  await consumer.disconnect({ code: 1000, reason: '' }, socket);
  expect(reads).toHaveBeenCalledTimes(1);
  reads.mockRestore();
});

test('a room that could not be opened once can be opened the next time', async () => {
  const room = await longRoom(0);
  const streams = new RoomStreams(services.store, services.layer, rooms.presence, () => {});
  const head = spyOn(services.store.messages, 'head').mockRejectedValueOnce(new Error('the disk said no'));
  const refused = await streams.acquire(room.id).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Error);
  await streams.release(room.id);
  const { stream } = await streams.acquire(room.id);
  expect(stream.delivered).toBe(0);
  await streams.release(room.id);
  head.mockRestore();
});

test('all users who join in one turn receive one and the same list, with all of them in it', async () => {
  const room = await longRoom(0);
  const { presence: people } = await rooms.streams.acquire(room.id);
  const sockets = [1, 2, 3].map(() => new SilentSocket(services.layer));
  for (const [at, socket] of sockets.entries()) {
    people.addNewcomer(socket, () => void rooms.presence.enter(`chat_${room.id}`, `guest ${at}`, socket.channel));
  }
  while (sockets[0]?.sent.length === 0) await new Promise(setImmediate);
  const list = { type: 'user_list', users: ['guest 0', 'guest 1', 'guest 2'], count: 3 };
  expect(sockets.map((socket) => socket.sent.map((text) => JSON.parse(text)))).toEqual([[list], [list], [list]]);
  await rooms.streams.release(room.id);
});

test('a socket in its replay while the room is renamed receives the new name', async () => {
  const room = await longRoom(100);
  const socket = new SilentSocket(services.layer);
  socket.drained = async () => {
    await services.store.rooms.update(room.id, { topic: 'something else' });
  };
  const consumer = comer(room);
  await consumer.connect(socket);
  const notice = socket.sent.map((text) => JSON.parse(text)).find((frame) => frame.type === 'room');
  expect(notice?.room.topic).toBe('something else');
  socket.close(1000);
  await consumer.disconnect({ code: 1000, reason: '' }, socket);
});
