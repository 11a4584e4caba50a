import { expect, test } from 'bun:test';
import { isDrillRoom, type NewDrillRoom } from '../../store/store.ts';
import { type OpenStore, roomOf, scene, signUp, upTo } from './store-scene.ts';

export function drillRoomPromises(open: () => Promise<OpenStore>): void {
  const salon = scene(open);
  const people = [
    { name: 'Ann', tokenHash: 'a1' },
    { name: 'hand 2', tokenHash: 'a2' },
  ];
  /** From now on: other promises are tried for a while between the reading of this file and the test. */
  const scratch = (): NewDrillRoom => ({
    slug: 'scratch-1',
    name: 'Scratch',
    bots: people,
    expiresAt: Date.now() + 60_000,
  });
  const make = (more: Partial<NewDrillRoom> = {}) => salon.store.drillRoom.create({ ...scratch(), ...more });
  const someone = async (tokenHash = 'a1') => {
    const found = await salon.store.sessions.find(tokenHash);
    if (found === null) throw new Error(`no session ${tokenHash}`);
    return found.user;
  };

  test('a scratch room is found by who knows its slug, and its people may talk there', async () => {
    expect(await make()).toBe('created');
    expect(await salon.store.drillRoom.find()).toBe('scratch-1');
    const room = await roomOf(salon.store, 'scratch-1');
    expect([room.id, (await someone()).id, (await someone('a2')).id].map(isDrillRoom)).toEqual([true, true, true]);
    expect(await salon.post(await someone(), 'hello', 'n1', room)).toMatchObject({
      kind: 'applied',
      message: { seq: 1 },
    });
    expect((await roomOf(salon.store, 'scratch-1')).last).toBe(1);
  });

  test('it is in no list and its people count for nobody; their names are free and nobody is found by them', async () => {
    const before = await salon.store.users.count();
    await make();
    const slugs = (await salon.store.rooms.list(10)).map((room) => room.slug);
    expect(slugs).toEqual(['general', 'help', 'random']);
    expect((await salon.store.rooms.list(10, 'general')).map((room) => room.slug)).toEqual(['help', 'random']);
    expect(await salon.store.users.count()).toBe(before);
    expect(await salon.store.users.byNameKey('hand 2')).toBeNull();
    expect(await salon.store.users.byNameKey('ann')).toEqual(salon.ann);
  });

  test('there is one at a time', async () => {
    await make();
    const other = [{ name: 'other', tokenHash: 'b1' }];
    expect(await make({ slug: 'scratch-2', bots: other })).toBe('taken');
    expect(await salon.store.sessions.find('b1')).toBeNull();
    await salon.store.drillRoom.cleanUp();
    expect(await make({ slug: 'scratch-2', bots: other })).toBe('created');
  });

  test('its sessions end all at once, and nobody else is signed out', async () => {
    const hers = { tokenHash: 'c1', userId: salon.ann.id, expiresAt: Date.now() + 60_000, device: '' };
    await salon.store.sessions.create(hers);
    await make();
    expect((await salon.store.drillRoom.endSessions()).sort()).toEqual(['a1', 'a2']);
    expect(await salon.store.sessions.find('a1')).toBeNull();
    expect(await salon.store.sessions.find('c1')).not.toBeNull();
  });

  test('the sweep takes all of it and nothing else, whatever is being written meanwhile', async () => {
    await make();
    const [ann, room] = [await someone(), await roomOf(salon.store, 'scratch-1')];
    await Promise.all(upTo(1_200).map((n) => salon.post(ann, `text ${n}`, `s${n}`, room)));
    await salon.store.rooms.markRead(room.id, ann.id, 7);
    const sweeping = salon.store.drillRoom.cleanUp();
    const kept = await Promise.all(upTo(50).map((n) => salon.post(salon.bob, `kept ${n}`, `k${n}`)));
    await sweeping;
    expect(kept.map((written) => written.kind)).toEqual(upTo(50).map(() => 'applied'));
    expect(await salon.store.drillRoom.find()).toBeNull();
    expect(await salon.store.rooms.bySlug('scratch-1')).toBeNull();
    expect(await salon.store.users.byId(ann.id)).toBeNull();
    expect(await salon.store.messages.latest(room.id, 10, 10_000)).toEqual([]);
    expect((await salon.store.messages.latest(salon.room.id, 100, 100)).length).toBe(50);
    expect(await salon.post(ann, 'late', 'late', room)).toMatchObject({ kind: 'refused', code: 'not_found' });
  });

  test('the very first people, who sign up and make a room while there is one, stay when it goes', async () => {
    const fresh = await open();
    const { store } = fresh;
    await store.drillRoom.create(scratch());
    const ann = await signUp(store, 'Ann');
    const bob = await signUp(store, 'Bob');
    const tea = await store.rooms.create({ slug: 'tea', name: 'Tea', topic: '', createdBy: ann.id });
    await store.drillRoom.cleanUp();
    const kept = [await store.users.byNameKey('ann'), await store.users.byNameKey('bob')];
    const room = await store.rooms.bySlug('tea');
    await fresh.dispose();
    expect([ann.id, bob.id].map(isDrillRoom)).toEqual([false, false]);
    expect(kept).toEqual([ann, bob]);
    expect<unknown>(tea).toEqual(room);
  });

  test('the id of a user who was deleted is given to no other user while there is one either', async () => {
    const carol = await signUp(salon.store, 'Carol');
    await make();
    await salon.deleteRow('users', carol.id);
    expect((await signUp(salon.store, 'Dave')).id).toBeGreaterThan(carol.id);
  });

  test('it outlives a close, and is taken away afterwards all the same', async () => {
    await make();
    await salon.reopen();
    expect(await salon.store.drillRoom.find()).toBe('scratch-1');
    expect((await someone()).name).toBe('Ann');
    await salon.store.drillRoom.cleanUp();
    expect(await salon.store.drillRoom.find()).toBeNull();
  });
}
