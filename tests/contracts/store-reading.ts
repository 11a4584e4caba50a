import { describe, expect, test } from 'bun:test';
import { type Message, UNREAD_SCAN } from '../../store/store.ts';
import { applied, numbers, type OpenStore, roomOf, scene, signUp, upTo } from './store-scene.ts';

export function readingPromises(open: () => Promise<OpenStore>): void {
  describe('reading', () => reading(open));
  describe('coming back', () => comingBack(open));
  describe('unread', () => unread(open));
}

function reading(open: () => Promise<OpenStore>): void {
  const salon = scene(open);

  test('S32: the last messages come oldest first, without deleted ones, up to a number', async () => {
    await Promise.all(upTo(10).map((n) => salon.post(salon.ann, `m${n}`)));
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 9, by: salon.ann });
    expect(numbers(await salon.store.messages.latest(salon.room.id, 3, 11))).toEqual([7, 8, 10]);
    expect(numbers(await salon.store.messages.latest(salon.room.id, 3, 8))).toEqual([6, 7, 8]);
    expect(numbers(await salon.store.messages.latest(salon.room.id, 50, 11))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10]);
  });

  test('edited messages stay where they stood', async () => {
    await Promise.all(upTo(6).map((n) => salon.post(salon.ann, `m${n}`)));
    const edit = (seq: number) =>
      salon.store.messages.edit({ roomId: salon.room.id, seq, by: salon.ann, body: `edited ${seq}` });
    await Promise.all([edit(5), edit(2), edit(3), edit(5), edit(3)]);
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 3, by: salon.ann });
    expect(numbers(await salon.store.messages.latest(salon.room.id, 10, 20))).toEqual([1, 2, 4, 5, 6]);
    expect(numbers(await salon.store.messages.latest(salon.room.id, 3, 5))).toEqual([2, 4, 5]);
    expect(numbers(await salon.store.messages.before(salon.room.id, 5, 2))).toEqual([2, 4]);
  });

  test('earlier messages come page by page, the nearest ones, oldest first', async () => {
    await Promise.all(upTo(10).map((n) => salon.post(salon.ann, `m${n}`)));
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 6, by: salon.ann });
    expect(numbers(await salon.store.messages.before(salon.room.id, 8, 3))).toEqual([4, 5, 7]);
    expect(numbers(await salon.store.messages.before(salon.room.id, 4, 50))).toEqual([1, 2, 3]);
    expect(await salon.store.messages.before(salon.room.id, 1, 50)).toEqual([]);
  });

  test('later messages come page by page, the nearest ones, oldest first, edited ones where they stood', async () => {
    await Promise.all(upTo(10).map((n) => salon.post(salon.ann, `m${n}`)));
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 6, by: salon.ann });
    await salon.store.messages.edit({ roomId: salon.room.id, seq: 5, by: salon.ann, body: 'edited' });
    const after = (seq: number, limit: number) => salon.store.messages.after(salon.room.id, seq, limit);
    expect(numbers(await after(4, 3))).toEqual([5, 7, 8]);
    expect(numbers(await after(8, 50))).toEqual([9, 10]);
    expect(numbers(await after(0, 2))).toEqual([1, 2]);
    expect(await after(10, 50)).toEqual([]);
  });

  test('an empty room and a room that is not there have head 0 and no messages', async () => {
    for (const id of [salon.room.id, 4711]) {
      expect(await salon.store.messages.head(id)).toBe(0);
      expect(await salon.store.messages.latest(id, 3, 0)).toEqual([]);
      expect(await salon.store.messages.after(id, 0, 3)).toEqual([]);
      expect(await salon.store.messages.changedSince(id, 0, 100, 100)).toEqual([]);
    }
  });
}

function comingBack(open: () => Promise<OpenStore>): void {
  const salon = scene(open);

  /** Three messages, then the first edited, the second deleted, and a fourth. */
  async function history(): Promise<void> {
    await Promise.all(['one', 'two', 'three'].map((body) => salon.post(salon.ann, body)));
    const by = salon.ann;
    await salon.store.messages.edit({ roomId: salon.room.id, seq: 1, by, body: 'uno' });
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 2, by });
    await salon.post(salon.ann, 'four');
  }

  const since = (after: number, last = 100, limit = 100) =>
    salon.store.messages.changedSince(salon.room.id, after, last, limit);

  test('a client that comes back gets messages, edits and deletions in the order of the changes', async () => {
    await history();
    const brief = (messages: Message[]) => messages.map(({ changed, seq, body }) => [changed, seq, body]);
    const all = [
      [3, 3, 'three'],
      [4, 1, 'uno'],
      [5, 2, ''],
      [6, 6, 'four'],
    ];
    expect(brief(await since(0))).toEqual(all);
    expect(brief(await since(3))).toEqual(all.slice(1));
    expect(brief(await since(4))).toEqual(all.slice(2));
    expect(brief(await since(6))).toEqual([]);
  });

  test('a change of an old message is found however late, a message past the bound is not', async () => {
    await history();
    expect(numbers(await since(0, 3))).toEqual([3, 1, 2]);
    expect(numbers(await since(3, 1))).toEqual([1]);
  });

  test('pages put together are the whole', async () => {
    await history();
    const pages: Message[] = [];
    for (let after = 0; ; ) {
      const page = await since(after, 100, 1);
      const last = page.at(-1);
      if (last === undefined) break;
      pages.push(...page);
      after = last.changed;
    }
    expect(pages).toEqual(await since(0));
  });

  test('what is read is complete up to the head it is read at, while others write', async () => {
    const known = new Map<number, string>();
    let cursor = 0;
    async function catchUp(): Promise<void> {
      const head = await salon.store.messages.head(salon.room.id);
      for (const message of await since(cursor, head, 1_000)) known.set(message.seq, message.body);
      cursor = Math.max(cursor, head);
    }
    const writers = upTo(400).map(async (n) => {
      const { seq } = applied(await salon.post(salon.ann, `m${n}`));
      await catchUp();
      if (n % 3 === 0) await salon.store.messages.edit({ roomId: salon.room.id, seq, by: salon.ann, body: '…' });
    });
    await Promise.all(writers);
    await catchUp();
    const truth = await since(0, 1_000, 1_000);
    expect(truth.length).toBe(400);
    expect(truth.map(({ seq }) => known.get(seq))).toEqual(truth.map(({ body }) => body));
  });
}

function unread(open: () => Promise<OpenStore>): void {
  const salon = scene(open);
  const unreadOf = async (userId: number, cap = 100) =>
    (await salon.store.rooms.unread(userId, [salon.room.id], cap)).get(salon.room.id);

  test("unread are others' messages after the mark that are not deleted, counted up to a cap", async () => {
    await Promise.all(upTo(10).map((n) => salon.post(n % 2 === 0 ? salon.bob : salon.ann, `m${n}`)));
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 10, by: salon.bob });
    expect(await unreadOf(salon.ann.id)).toEqual({ read: null, unread: 4 });
    expect(await unreadOf(salon.ann.id, 3)).toEqual({ read: null, unread: 3 });
    expect(await salon.store.rooms.markRead(salon.room.id, salon.ann.id, 6)).toBe(6);
    expect(await unreadOf(salon.ann.id)).toEqual({ read: 6, unread: 1 });
    expect(await unreadOf(salon.bob.id)).toEqual({ read: null, unread: 5 });
  });

  test('a count looks at so many messages and no more: it finds a late one after many of one’s own, not an early one before them', async () => {
    await salon.post(salon.bob, 'early');
    await Promise.all(upTo(UNREAD_SCAN - 1).map((n) => salon.post(salon.ann, `m${n}`)));
    expect(await unreadOf(salon.ann.id)).toEqual({ read: null, unread: 1 });
    await salon.post(salon.ann, 'one more');
    expect(await unreadOf(salon.ann.id)).toEqual({ read: null, unread: 0 });
    await salon.post(salon.bob, 'late');
    expect(await unreadOf(salon.ann.id)).toEqual({ read: null, unread: 1 });
  });

  test('an edited message is unread once, and where it stood', async () => {
    await Promise.all(upTo(4).map((n) => salon.post(salon.bob, `m${n}`)));
    await salon.store.messages.edit({ roomId: salon.room.id, seq: 2, by: salon.bob, body: 'edited' });
    expect(await unreadOf(salon.ann.id)).toEqual({ read: null, unread: 4 });
    await salon.store.rooms.markRead(salon.room.id, salon.ann.id, 2);
    expect(await unreadOf(salon.ann.id)).toEqual({ read: 2, unread: 2 });
  });

  test('a mark never goes back and stops at the last message', async () => {
    await Promise.all(upTo(5).map((n) => salon.post(salon.bob, `m${n}`)));
    await salon.store.messages.edit({ roomId: salon.room.id, seq: 1, by: salon.bob, body: 'head is 6 now' });
    const mark = (seq: number) => salon.store.rooms.markRead(salon.room.id, salon.ann.id, seq);
    expect(await Promise.all([mark(3), mark(1), mark(99), mark(4)])).toEqual([3, 3, 5, 5]);
    expect(await unreadOf(salon.ann.id)).toEqual({ read: 5, unread: 0 });
  });

  test('a mark in an empty room, or in one that is not there, stays 0', async () => {
    expect(await salon.store.rooms.markRead(salon.room.id, salon.ann.id, 5)).toBe(0);
    expect(await salon.store.rooms.markRead(4711, salon.ann.id, 5)).toBe(0);
  });

  test('a user who was in a room before its first message has a mark at 0, from which all later messages count', async () => {
    await salon.store.rooms.markRead(salon.room.id, salon.ann.id, 0);
    expect(await unreadOf(salon.ann.id)).toEqual({ read: 0, unread: 0 });
    await salon.post(salon.bob, 'first');
    expect([await unreadOf(salon.ann.id), await unreadOf(salon.bob.id)]).toEqual([
      { read: 0, unread: 1 },
      { read: null, unread: 0 },
    ]);
  });

  test('the creator of a room has a mark there from the start, a user who finds it taken has none', async () => {
    const make = (by: number) => salon.store.rooms.create({ slug: 'den', name: 'Den', topic: '', createdBy: by });
    await Promise.all([make(salon.ann.id), make(salon.bob.id)]);
    const den = await roomOf(salon.store, 'den');
    const readBy = async (by: number) => (await salon.store.rooms.unread(by, [den.id], 1)).get(den.id)?.read;
    expect([await readBy(salon.ann.id), await readBy(salon.bob.id)]).toEqual([0, null]);
  });

  test('every room asked for is answered', async () => {
    const random = await roomOf(salon.store, 'random');
    const carol = await signUp(salon.store, 'Carol');
    await salon.post(salon.ann, 'hi', null, random);
    const answer = await salon.store.rooms.unread(carol.id, [salon.room.id, random.id], 100);
    expect([...answer]).toEqual([
      [salon.room.id, { read: null, unread: 0 }],
      [random.id, { read: null, unread: 1 }],
    ]);
  });
}
