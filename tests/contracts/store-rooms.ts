import { describe, expect, test } from 'bun:test';
import { type OpenStore, roomOf, scene } from './store-scene.ts';

export function roomPromises(open: () => Promise<OpenStore>): void {
  describe('rooms', () => rooms(open));
  describe('closing and opening', () => reopening(open));
}

function rooms(open: () => Promise<OpenStore>): void {
  const salon = scene(open);
  const make = (slug: string, name: string) =>
    salon.store.rooms.create({ slug, name, topic: `about ${name}`, createdBy: salon.ann.id });

  test('S19: a new installation has the rooms general, random and help', async () => {
    const slugs = (await salon.store.rooms.list(10)).map((room) => room.slug);
    expect(slugs.sort()).toEqual(['general', 'help', 'random']);
  });

  test('S20: a room that was made is found by its slug and by its number', async () => {
    const made = await make('büro', 'Büro');
    if (made === 'taken') throw new Error('taken');
    expect(made).toMatchObject({ slug: 'büro', name: 'Büro', topic: 'about Büro', createdBy: salon.ann.id, last: 0 });
    expect(await salon.store.rooms.bySlug('büro')).toEqual(made);
    expect(await salon.store.rooms.byId(made.id)).toEqual(made);
    expect(await salon.store.rooms.bySlug('missing')).toBeNull();
    expect(await salon.store.rooms.byId(4711)).toBeNull();
  });

  test('the id of a room that was deleted is given to no other room, not even after a restart', async () => {
    const create = async (slug: string) => {
      const room = await salon.store.rooms.create({ slug, name: slug, topic: '', createdBy: null });
      if (room === 'taken') throw new Error('taken');
      return room;
    };
    const first = await create('first');
    await salon.deleteRow('rooms', first.id);
    const second = await create('second');
    expect(second.id).toBeGreaterThan(first.id);
    await salon.deleteRow('rooms', second.id);
    await salon.reopen();
    expect((await create('third')).id).toBeGreaterThan(second.id);
  });

  test('of two users who create the same room at once, one gets it and the other is refused', async () => {
    const [first, second] = await Promise.all([make('den', 'Den'), make('den', 'Other')]);
    expect(first).toMatchObject({ name: 'Den' });
    expect(second).toBe('taken');
    expect(await make('general', 'General again')).toBe('taken');
  });

  test('rooms are listed page by page in the order of their names, each once', async () => {
    await make('b', 'Same');
    await make('a', 'Same');
    const all = (await salon.store.rooms.list(100)).map((room) => room.slug);
    const paged: string[] = [];
    for (let page = await salon.store.rooms.list(2); page.length > 0; ) {
      paged.push(...page.map((room) => room.slug));
      page = await salon.store.rooms.list(2, paged.at(-1));
    }
    expect(paged).toEqual(all);
    expect(all).toEqual(['general', 'help', 'random', 'a', 'b']);
  });

  test('a room is renamed without touching its topic, and the other way round', async () => {
    const id = salon.room.id;
    expect(await salon.store.rooms.update(id, { topic: 'new topic' })).toMatchObject({ name: salon.room.name });
    expect(await salon.store.rooms.update(id, { name: 'Lobby' })).toMatchObject({ name: 'Lobby', topic: 'new topic' });
    expect(await salon.store.rooms.update(id, {})).toMatchObject({ slug: 'general', name: 'Lobby' });
    expect(await salon.store.rooms.update(4711, { name: 'x' })).toBeNull();
  });

  test('the heads of several rooms are read at once; a room that does not exist is left out', async () => {
    const random = await roomOf(salon.store, 'random');
    await salon.post(salon.ann, 'one');
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 1, by: salon.ann });
    const heads = await salon.store.messages.heads([salon.room.id, random.id, 4711]);
    expect([...heads].sort(([a], [b]) => a - b)).toEqual([
      [salon.room.id, 2],
      [random.id, 0],
    ]);
    expect(await salon.store.messages.heads([])).toEqual(new Map());
  });

  test('a room knows the number of its last message, which edits and deletions do not move, and that of its last change', async () => {
    await salon.post(salon.ann, 'one');
    await salon.post(salon.ann, 'two');
    await salon.store.messages.edit({ roomId: salon.room.id, seq: 1, by: salon.ann, body: 'uno' });
    await salon.store.messages.delete({ roomId: salon.room.id, seq: 2, by: salon.ann });
    expect(await roomOf(salon.store, 'general')).toMatchObject({ last: 2, head: 4 });
    expect(await roomOf(salon.store, 'random')).toMatchObject({ last: 0, head: 0 });
  });
}

function reopening(open: () => Promise<OpenStore>): void {
  const salon = scene(open);

  test('everything is there after the store was closed and opened, epoch and secret too', async () => {
    const { epoch, secret } = salon.store;
    expect(epoch.length).toBeGreaterThan(0);
    expect(secret.length).toBe(32);
    await salon.post(salon.ann, 'kept', 'n1');
    await salon.store.rooms.markRead(salon.room.id, salon.bob.id, 1);
    const before = await salon.store.messages.changedSince(salon.room.id, 0, 10, 10);
    await salon.reopen();
    expect(salon.store.epoch).toBe(epoch);
    expect(salon.store.secret).toEqual(secret);
    expect(await salon.store.messages.changedSince(salon.room.id, 0, 10, 10)).toEqual(before);
    expect((await salon.store.rooms.unread(salon.bob.id, [salon.room.id], 10)).get(salon.room.id)?.read).toBe(1);
    expect(await salon.store.users.byNameKey('ann')).toEqual(salon.ann);
    expect((await salon.store.rooms.list(10)).length).toBe(3);
  });

  test('what was asked for before the close is done, what comes after it is refused as busy', async () => {
    const waiting = salon.post(salon.ann, 'before');
    const closed = salon.store.close();
    const late = await salon.post(salon.ann, 'after');
    expect(late).toMatchObject({ kind: 'refused', code: 'busy' });
    expect((await waiting).kind).toBe('applied');
    await closed;
    await salon.reopen();
    expect((await salon.store.messages.latest(salon.room.id, 10, 10)).map((message) => message.body)).toEqual([
      'before',
    ]);
  });

  test('numbers go on where they stopped', async () => {
    await salon.post(salon.ann, 'one');
    await salon.reopen();
    expect(await salon.post(salon.ann, 'two')).toMatchObject({ kind: 'applied', message: { seq: 2 } });
  });
}
