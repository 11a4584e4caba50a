import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SendResult, Socket } from '../../channels/consumer.ts';
import type { ChannelLayer, LayerEvent, Receive } from '../../channels/layer/layer.ts';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import { RateLimiter } from '../../channels/middleware/rate-limit.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import type { Author, Message, Store } from '../../store/store.ts';
import { MemberView } from '../../tests/support/member-view.ts';
import { Random } from '../../tests/support/random.ts';
import { MESSAGE_CHANGED, messageChangedEvent, ROOM_FRAMES, roomGroup } from '../layer-events.ts';
import { Posting } from '../messages/posting.ts';
import { Replay } from './replay.ts';
import { RoomStream } from './room-stream.ts';

let data: string;
let store: Store;
const writers: Author[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'salon-stream-'));
  store = await openSqliteStore({ data });
  for (const name of ['ada', 'bo', 'cy', 'dee']) {
    const user = await store.users.create({ name, nameKey: name, passwordHash: '-', role: 'administrator' });
    if (user === 'taken') throw new Error(name);
    writers.push(user);
  }
});

afterAll(async () => {
  await store.close();
  await rm(data, { recursive: true });
});

async function newRoom(): Promise<number> {
  const slug = crypto.randomUUID();
  const room = await store.rooms.create({ slug, name: slug, topic: '', createdBy: null });
  if (room === 'taken') throw new Error('taken');
  return room.id;
}

/** A member on a line that may be slow: `send` then says `queued`, and the queue drains some turns later. */
class Member implements Socket {
  readonly view: MemberView;
  readonly #gone = new AbortController();
  readonly signal = this.#gone.signal;
  readonly channel: string;
  closedWith: number | null = null;
  bufferedBytes = 0;

  get isClosed(): boolean {
    return this.signal.aborted;
  }

  constructor(
    private readonly layer: ChannelLayer,
    private readonly random: Random,
    private readonly slowness: number,
    from: number | null,
  ) {
    this.view = new MemberView(from);
    this.channel = layer.newChannel((event) => {
      if (event.type === ROOM_FRAMES) this.send(String(event.text));
    });
  }

  async accept(): Promise<void> {}

  send(text: string): SendResult {
    if (this.signal.aborted) return 'closed';
    this.view.applyText(text);
    return this.random.chance(this.slowness) ? 'queued' : 'sent';
  }

  async drained(): Promise<void> {
    for (let turns = this.random.below(6); turns >= 0; turns--) await new Promise(setImmediate);
  }

  groupAdd(group: string): Promise<void> {
    return this.layer.groupAdd(group, this.channel);
  }

  groupDiscard(group: string): Promise<void> {
    return this.layer.groupDiscard(group, this.channel);
  }

  close(code: number): void {
    this.closedWith = code;
    this.leave();
  }

  leave(): void {
    this.#gone.abort();
    this.layer.close(this.channel);
  }
}

interface Scene {
  readonly roomId: number;
  readonly stream: RoomStream;
  readonly posting: Posting;
  readonly layer: ChannelLayer;
  readonly members: Member[];
  readonly random: Random;
  comeIn(from: number | null, slowness: number): Promise<Member>;
}

async function scene(seed: number, layer: ChannelLayer = createMemoryLayer()): Promise<Scene> {
  const roomId = await newRoom();
  const random = new Random(seed);
  const fail = (error: unknown): void => {
    throw error;
  };
  const stream = await new RoomStream(roomId, store, layer, fail).open();
  const posting = new Posting(store, layer, new RateLimiter<number>({ perSecond: 0, burst: 0 }), () => {});
  const members: Member[] = [];
  const comeIn = async (from: number | null, slowness: number): Promise<Member> => {
    const member = new Member(layer, random, slowness, from ?? stream.delivered);
    members.push(member);
    const replay = new Replay(stream, store.messages, member, from ?? stream.delivered);
    await replay.run(() => void member.groupAdd(roomGroup(roomId)));
    return member;
  };
  return { roomId, stream, posting, layer, members, random, comeIn };
}

async function write({ posting, random, roomId }: Scene, count: number): Promise<void> {
  for (let written = 0; written < count; written++) {
    const author = random.pick(writers);
    const head = await store.messages.head(roomId);
    const revision = { roomId, seq: 1 + random.below(Math.max(1, head)), by: author };
    const dice = random.next();
    if (dice < 0.7 || head === 0) await posting.post(author, roomId, `text ${random.next()}`, null);
    else if (dice < 0.9) await posting.edit(revision, `edited ${random.next()}`, null);
    else await posting.delete(revision, null);
  }
}

/** Every message of the room that was not deleted. */
async function stored(roomId: number): Promise<Map<number, string>> {
  const rows: Message[] = await store.messages.before(roomId, Number.MAX_SAFE_INTEGER, 1_000_000);
  return new Map(rows.map((row) => [row.seq, row.body]));
}

async function settle({ stream, roomId }: Scene): Promise<void> {
  const head = await store.messages.head(roomId);
  await new Promise<void>((resolve) => stream.whenDelivered(head, resolve));
}

async function expectAllToHaveSeenTheSame(scene: Scene): Promise<void> {
  const all = await stored(scene.roomId);
  const head = await store.messages.head(scene.roomId);
  for (const member of scene.members.filter((one) => !one.signal.aborted)) {
    const from = member.view.from ?? 0;
    expect(member.view.violations).toEqual([]);
    expect(member.view.last).toBe(head);
    const mine = [...member.view.messages].filter(([seq]) => seq > from).sort(([a], [b]) => a - b);
    expect(mine).toEqual([...all].filter(([seq]) => seq > from));
    for (const [seq, times] of member.view.timesNew) expect([seq, times]).toEqual([seq, 1]);
  }
}

test.each([1, 2, 3, 4, 5])(
  'comers, writers, editors and slow readers against each other: every view equals the store (seed %p)',
  async (seed) => {
    const room = await scene(seed);
    await write(room, 40);
    await settle(room);
    const writing = Promise.all(Array.from({ length: 8 }, () => write(room, 60)));
    const coming: Promise<unknown>[] = [];
    for (let comer = 0; comer < 250; comer++) {
      const from = room.random.chance(0.3) ? null : room.random.below(room.stream.delivered + 1);
      coming.push(room.comeIn(from, room.random.chance(0.3) ? 0.8 : 0));
      if (room.random.chance(0.2)) room.random.pick(room.members).leave();
      await new Promise(setImmediate);
    }
    await Promise.all([writing, ...coming]);
    await settle(room);
    await expectAllToHaveSeenTheSame(room);
    expect(room.members.filter((member) => !member.signal.aborted).length).toBeGreaterThan(100);
    await room.stream.close();
  },
  60_000,
);

test('who comes back from wherever they broke off, again and again, has missed nothing and seen nothing twice', async () => {
  const room = await scene(7);
  const writing = Promise.all(Array.from({ length: 6 }, () => write(room, 150)));
  const shown = new Map<number, string>();
  let last = 0;
  let visits = 0;
  let done = false;
  const finished = writing.then(() => {
    done = true;
  });
  while (!done) {
    const member = await room.comeIn(last, 0.5);
    for (let turns = room.random.below(5); turns > 0; turns--) await new Promise(setImmediate);
    member.leave();
    expect(member.view.violations).toEqual([]);
    for (const seq of member.view.timesNew.keys()) expect(shown.has(seq) && seq > last ? [seq] : []).toEqual([]);
    for (const [seq, text] of member.view.messages) shown.set(seq, text);
    last = member.view.last;
    visits++;
  }
  await finished;
  await settle(room);
  const final = await room.comeIn(last, 0);
  for (const [seq, text] of final.view.messages) shown.set(seq, text);
  expect(visits).toBeGreaterThan(20);
  for (const [seq, text] of await stored(room.roomId)) {
    const row = await store.messages.before(room.roomId, seq + 1, 1);
    if (row[0]?.editedAt === null) expect([seq, shown.get(seq)]).toEqual([seq, text]);
    else expect(shown.has(seq)).toBe(true);
  }
  await room.stream.close();
}, 60_000);

test.each([21, 22, 23])(
  'what is edited, deleted and written while thousands of changes are being replayed is shown as it is, once (seed %p)',
  async (seed) => {
    const room = await scene(seed);
    await Promise.all(
      Array.from({ length: 1_200 }, (_, n) =>
        room.posting.post(room.random.pick(writers), room.roomId, `text ${n}`, null),
      ),
    );
    await settle(room);
    const coming = Array.from({ length: 20 }, (_, n) => room.comeIn(n * 30, n % 2));
    for (let round = 0; round < 60; round++) {
      await Promise.all(Array.from({ length: 20 }, () => write(room, 1)));
      if (round % 3 === 0) coming.push(room.comeIn(room.random.below(1_200), 0.7));
    }
    await Promise.all(coming);
    await settle(room);
    await expectAllToHaveSeenTheSame(room);
    await room.stream.close();
  },
  60_000,
);

test('a reader so slow that memory has moved on between two pages gets an edit and a deletion as changes of messages it has', async () => {
  const room = await scene(41);
  const [author] = writers;
  if (author === undefined) throw new Error('nobody writes');
  const post = (text: string): Promise<unknown> => room.posting.post(author, room.roomId, text, null);
  await Promise.all(['kept', 'edited', 'deleted'].map(post));
  await Promise.all(Array.from({ length: 20 }, () => post('more than a page: '.padEnd(3_900, 'x'))));
  await settle(room);
  const line = Promise.withResolvers<void>();
  const member = new Member(room.layer, room.random, 1, 0);
  member.drained = () => line.promise;
  room.members.push(member);
  const coming = new Replay(room.stream, store.messages, member, 0).run(
    () => void member.groupAdd(roomGroup(room.roomId)),
  );
  expect([...member.view.messages.keys()].slice(0, 3)).toEqual([1, 2, 3]);
  expect(member.view.isLive).toBe(false);
  await room.posting.edit({ roomId: room.roomId, seq: 2, by: author }, 'anew', null);
  await room.posting.delete({ roomId: room.roomId, seq: 3, by: author }, null);
  await Promise.all(Array.from({ length: 600 }, (_, n) => post(`later than memory reaches: ${n}`)));
  await settle(room);
  line.resolve();
  await coming;
  await expectAllToHaveSeenTheSame(room);
  expect(member.view.messages.get(2)).toBe('anew');
  await room.stream.close();
});

test('a frame broadcast before a socket joined does not reach it, even if it is flushed after that', async () => {
  const room = await scene(51);
  const here = await room.comeIn(null, 0);
  room.stream.broadcast(encodeFrame({ type: 'user_list', users: ['ann'], count: 1 }));
  const newcomer = await room.comeIn(null, 0);
  room.stream.broadcast(encodeFrame({ type: 'user_list', users: ['ann', 'bob'], count: 2 }));
  room.stream.flush();
  expect([here.view.people, newcomer.view.people]).toEqual([[['ann'], ['ann', 'bob']], [['ann', 'bob']]]);
  await room.stream.close();
});

test('a flood that goes on turn after turn keeps no socket from joining', async () => {
  const room = await scene(52);
  const flood = encodeFrame({ type: 'user_list', users: ['x'.repeat(100_000)], count: 1 });
  for (let turns = 0; turns < 20; turns++) room.stream.broadcast(flood);
  const newcomer = await room.comeIn(null, 0);
  expect(room.stream.nextFlush).not.toBeNull();
  expect(newcomer.view.isLive).toBe(true);
  await room.stream.close();
});

test('who missed more than a page is not let in before the last page', async () => {
  const room = await scene(31);
  const post = (n: number): Promise<unknown> =>
    room.posting.post(room.random.pick(writers), room.roomId, `${n} ${'x'.repeat(900)}`, null);
  await Promise.all(Array.from({ length: 400 }, (_, n) => post(n)));
  await settle(room);
  const coming = Array.from({ length: 10 }, (_, n) => room.comeIn(n * 20, 0.5));
  for (let n = 0; n < 50; n++) await post(400 + n);
  await Promise.all(coming);
  await settle(room);
  await expectAllToHaveSeenTheSame(room);
  await room.stream.close();
});

/** A layer between processes: it loses some changes and lets others overtake. */
function badLayer(random: Random): ChannelLayer {
  const inner = createMemoryLayer();
  const lose = (receive: Receive): Receive => {
    const held: LayerEvent[] = [];
    return (event) => {
      if (event.type !== MESSAGE_CHANGED || random.chance(0.7)) receive(event);
      else if (random.chance(0.5)) held.push(event);
      while (held.length > 0 && random.chance(0.3)) receive(held.shift() ?? event);
    };
  };
  return { ...withMethodsOf(inner), intercept: (group, receive) => inner.intercept(group, lose(receive)) };
}

function withMethodsOf(inner: ChannelLayer): ChannelLayer {
  return {
    newChannel: (receive, prefix) => inner.newChannel(receive, prefix),
    close: (channel) => inner.close(channel),
    send: (channel, event) => inner.send(channel, event),
    groupAdd: (group, channel) => inner.groupAdd(group, channel),
    groupDiscard: (group, channel) => inner.groupDiscard(group, channel),
    groupSend: (group, event) => inner.groupSend(group, event),
    intercept: (group, receive) => inner.intercept(group, receive),
    onConnectionChange: () => () => {},
    stop: () => inner.stop(),
  };
}

test.each([11, 12, 13])(
  'what the layer loses or turns around is read from the store, in order (seed %p)',
  async (seed) => {
    const random = new Random(seed);
    const room = await scene(seed, badLayer(random));
    const coming = Array.from({ length: 10 }, () => room.comeIn(0, 0.2));
    for (let count = 0; count < 300; count++) {
      await Promise.all([write(room, 1), write(room, 1)]);
      coming.push(room.comeIn(random.below(room.stream.delivered + 1), 0.3));
    }
    await room.stream.catchUp();
    await Promise.all(coming);
    await settle(room);
    await expectAllToHaveSeenTheSame(room);
    await room.stream.close();
  },
);

test('no socket joins while a gap is being filled: it would see numbers skipped', async () => {
  const deaf = createMemoryLayer();
  const room = await scene(41, { ...withMethodsOf(deaf), intercept: (group) => deaf.intercept(group, () => {}) });
  await Promise.all(Array.from({ length: 3_000 }, () => write(room, 1)));
  const filling = room.stream.catchUp();
  const coming: Promise<Member>[] = [];
  while (room.stream.filling !== null) {
    if (coming.length < 50) coming.push(room.comeIn(0, 0));
    await new Promise(setImmediate);
  }
  await Promise.all([filling, ...coming]);
  await settle(room);
  await expectAllToHaveSeenTheSame(room);
  await room.stream.close();
});

test('a change whose event comes while a gap is being filled goes out once, however long that takes', async () => {
  const roomId = await newRoom();
  const [author] = writers;
  if (author === undefined) throw new Error('no writer');
  const post = async (): Promise<Message> => {
    const result = await store.messages.post({ roomId, author, nonce: null, body: 'x' });
    if (result.kind !== 'applied') throw new Error(result.kind);
    return result.message;
  };
  const inner = createMemoryLayer();
  const frames: string[] = [];
  await inner.groupAdd(
    roomGroup(roomId),
    inner.newChannel((event) => frames.push(String(event.text))),
  );
  const held = Promise.withResolvers<void>();
  let reads = 0;
  const slow: Store = {
    ...store,
    messages: {
      ...withMessagesOf(store),
      changedSince: async (...question) => {
        reads += 1;
        if (reads === 2) await held.promise;
        return store.messages.changedSince(...question);
      },
    },
  };
  const stream = await new RoomStream(roomId, slow, inner, () => {}).open();
  await post();
  const filling = stream.catchUp();
  while (reads < 2) await new Promise(setImmediate);
  void inner.groupSend(roomGroup(roomId), messageChangedEvent(await post()));
  // Longer than an event that came too early waits for the ones before it.
  await Bun.sleep(120);
  held.resolve();
  await filling;
  stream.flush();
  const numbers = frames.flatMap((text) => [...text.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq)));
  expect(numbers).toEqual([1, 2]);
  await stream.close();
});

function withMessagesOf({ messages }: Store): Store['messages'] {
  return {
    post: (message) => messages.post(message),
    edit: (edit) => messages.edit(edit),
    delete: (edit) => messages.delete(edit),
    head: (roomId) => messages.head(roomId),
    heads: (roomIds) => messages.heads(roomIds),
    latest: (...question) => messages.latest(...question),
    before: (...question) => messages.before(...question),
    after: (...question) => messages.after(...question),
    changedSince: (...question) => messages.changedSince(...question),
  };
}

test('what is committed around the subscription and the first look at the store is not missed', async () => {
  const roomId = await newRoom();
  const inner = createMemoryLayer();
  const posting = new Posting(store, inner, new RateLimiter<number>({ perSecond: 0, burst: 0 }), () => {});
  const [author] = writers;
  if (author === undefined) throw new Error('no writer');
  const post = (): Promise<unknown> => posting.post(author, roomId, 'in between', null);
  const layer = {
    ...withMethodsOf(inner),
    intercept: async (group: string, receive: Receive) => {
      await post();
      const gated = await inner.intercept(group, receive);
      await post();
      return gated;
    },
  };
  const stream = await new RoomStream(roomId, store, layer, () => {}).open();
  expect(stream.delivered).toBe(2);
  await stream.close();
});
