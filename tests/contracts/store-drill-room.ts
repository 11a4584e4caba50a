import { expect, test } from 'bun:test';
import { isDrillRoom, type NewDrillRoom } from '../../store/store.ts';
import { type OpenStore, roomOf, scene, signUp, upTo } from './store-scene.ts';

export function drillRoomPromises(open: () => Promise<OpenStore>): void {
  const salon = scene(open);
  const bots = [
    { name: 'Ann', tokenHash: 'a1' },
    { name: 'bot 2', tokenHash: 'a2' },
  ];
  /** A function, since other tests run for a while between the loading of this file and the call. */
  const newRoom = (): NewDrillRoom => ({
    slug: 'drill-1',
    name: 'Drill',
    bots,
    expiresAt: Date.now() + 60_000,
  });
  const create = (more: Partial<NewDrillRoom> = {}) => salon.store.drillRoom.create({ ...newRoom(), ...more });
  const botWith = async (tokenHash = 'a1') => {
    const found = await salon.store.sessions.find(tokenHash);
    if (found === null) throw new Error(`no session ${tokenHash}`);
    return found.user;
  };

  test('a drill room is found by its slug, and its bots may post there', async () => {
    expect(await create()).toBe('created');
    expect(await salon.store.drillRoom.find()).toBe('drill-1');
    const room = await roomOf(salon.store, 'drill-1');
    expect([room.id, (await botWith()).id, (await botWith('a2')).id].map(isDrillRoom)).toEqual([true, true, true]);
    expect(await salon.post(await botWith(), 'hello', 'n1', room)).toMatchObject({
      kind: 'applied',
      message: { seq: 1 },
    });
    expect((await roomOf(salon.store, 'drill-1')).last).toBe(1);
  });

  test('it is in no list and its bots are not counted; their names are free and find no user', async () => {
    const before = await salon.store.users.count();
    await create();
    const slugs = (await salon.store.rooms.list(10)).map((room) => room.slug);
    expect(slugs).toEqual(['general', 'help', 'random']);
    expect((await salon.store.rooms.list(10, 'general')).map((room) => room.slug)).toEqual(['help', 'random']);
    expect(await salon.store.users.count()).toBe(before);
    expect(await salon.store.users.byNameKey('bot 2')).toBeNull();
    expect(await salon.store.users.byNameKey('ann')).toEqual(salon.ann);
  });

  test('there is one at a time', async () => {
    await create();
    const other = [{ name: 'other', tokenHash: 'b1' }];
    expect(await create({ slug: 'drill-2', bots: other })).toBe('taken');
    expect(await salon.store.sessions.find('b1')).toBeNull();
    await salon.store.drillRoom.cleanUp();
    expect(await create({ slug: 'drill-2', bots: other })).toBe('created');
  });

  test('its sessions end all at once, and no user is logged out', async () => {
    const session = { tokenHash: 'c1', userId: salon.ann.id, expiresAt: Date.now() + 60_000, device: '' };
    await salon.store.sessions.create(session);
    await create();
    expect((await salon.store.drillRoom.endSessions()).sort()).toEqual(['a1', 'a2']);
    expect(await salon.store.sessions.find('a1')).toBeNull();
    expect(await salon.store.sessions.find('c1')).not.toBeNull();
  });

  test('the clean-up deletes all of it and nothing else, whatever is being written meanwhile', async () => {
    await create();
    const [ann, room] = [await botWith(), await roomOf(salon.store, 'drill-1')];
    await Promise.all(upTo(1_200).map((n) => salon.post(ann, `text ${n}`, `s${n}`, room)));
    await salon.store.rooms.markRead(room.id, ann.id, 7);
    const cleanUp = salon.store.drillRoom.cleanUp();
    const posted = await Promise.all(upTo(50).map((n) => salon.post(salon.bob, `beside ${n}`, `k${n}`)));
    await cleanUp;
    expect(posted.map((result) => result.kind)).toEqual(upTo(50).map(() => 'applied'));
    expect(await salon.store.drillRoom.find()).toBeNull();
    expect(await salon.store.rooms.bySlug('drill-1')).toBeNull();
    expect(await salon.store.users.byId(ann.id)).toBeNull();
    expect(await salon.store.messages.latest(room.id, 10, 10_000)).toEqual([]);
    expect((await salon.store.messages.latest(salon.room.id, 100, 100)).length).toBe(50);
    expect(await salon.post(ann, 'late', 'late', room)).toMatchObject({ kind: 'refused', code: 'not_found' });
  });

  test('the very first users, who sign up and create a room while there is one, stay when it is deleted', async () => {
    const fresh = await open();
    const { store } = fresh;
    await store.drillRoom.create(newRoom());
    const ann = await signUp(store, 'Ann');
    const bob = await signUp(store, 'Bob');
    const tea = await store.rooms.create({ slug: 'tea', name: 'Tea', topic: '', createdBy: ann.id });
    await store.drillRoom.cleanUp();
    const users = [await store.users.byNameKey('ann'), await store.users.byNameKey('bob')];
    const room = await store.rooms.bySlug('tea');
    await fresh.dispose();
    expect([ann.id, bob.id].map(isDrillRoom)).toEqual([false, false]);
    expect(users).toEqual([ann, bob]);
    expect<unknown>(tea).toEqual(room);
  });

  test('the id of a deleted user is not given again while there is one', async () => {
    const carol = await signUp(salon.store, 'Carol');
    await create();
    await salon.deleteRow('users', carol.id);
    expect((await signUp(salon.store, 'Dave')).id).toBeGreaterThan(carol.id);
  });

  test('it outlives a close, and can be deleted afterwards', async () => {
    await create();
    await salon.reopen();
    expect(await salon.store.drillRoom.find()).toBe('drill-1');
    expect((await botWith()).name).toBe('Ann');
    await salon.store.drillRoom.cleanUp();
    expect(await salon.store.drillRoom.find()).toBeNull();
  });
}
