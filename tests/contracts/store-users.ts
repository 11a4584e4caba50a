import { describe, expect, test } from 'bun:test';
import { type OpenStore, scene, signUp } from './store-scene.ts';

const HOUR_MS = 3_600_000;

export function userPromises(open: () => Promise<OpenStore>): void {
  describe('users', () => users(open));
  describe('sessions', () => sessions(open));
}

function users(open: () => Promise<OpenStore>): void {
  const salon = scene(open);

  test('a user is found by id and by the key of the name', async () => {
    expect(salon.ann).toMatchObject({ name: 'Ann', role: 'member', passwordHash: 'hash', disabledAt: null });
    expect(await salon.store.users.byId(salon.ann.id)).toEqual(salon.ann);
    expect(await salon.store.users.byNameKey('ann')).toEqual(salon.ann);
    expect(await salon.store.users.byId(4711)).toBeNull();
    expect(await salon.store.users.byNameKey('Ann')).toBeNull();
    expect(await salon.store.users.count()).toBe(2);
  });

  test('of two users who take the same name at once, one gets it', async () => {
    const sign = (name: string) =>
      salon.store.users.create({ name, nameKey: 'carol', passwordHash: 'x', role: 'member' });
    const [first, second] = await Promise.all([sign('Carol'), sign('CAROL')]);
    expect(first).toMatchObject({ name: 'Carol' });
    expect(second).toBe('taken');
    expect(await salon.store.users.count()).toBe(3);
  });

  test('the id of a user who was deleted is given to no other user, not even after a restart', async () => {
    const carol = await signUp(salon.store, 'Carol');
    await salon.deleteRow('users', carol.id);
    const dave = await signUp(salon.store, 'Dave');
    expect(dave.id).toBeGreaterThan(carol.id);
    await salon.deleteRow('users', dave.id);
    await salon.reopen();
    expect((await signUp(salon.store, 'Erin')).id).toBeGreaterThan(dave.id);
  });

  test('password, role and being disabled are kept', async () => {
    const { users } = salon.store;
    await users.setPassword(salon.ann.id, 'other');
    await users.setRole(salon.ann.id, 'administrator');
    await users.setDisabled(salon.ann.id, true);
    expect(await users.byId(salon.ann.id)).toMatchObject({ passwordHash: 'other', role: 'administrator' });
    expect((await users.byId(salon.ann.id))?.disabledAt).toBeNumber();
    await users.setDisabled(salon.ann.id, false);
    expect((await users.byId(salon.ann.id))?.disabledAt).toBeNull();
    expect(await users.byId(salon.bob.id)).toEqual(salon.bob);
  });

  test('the set-up token is there until it is used', async () => {
    const { users } = salon.store;
    expect(await users.setupTokenHash()).toBeNull();
    await users.setSetupTokenHash('first');
    await users.setSetupTokenHash('second');
    expect(await users.setupTokenHash()).toBe('second');
    await users.setSetupTokenHash(null);
    expect(await users.setupTokenHash()).toBeNull();
  });

  const first = { name: 'Root', nameKey: 'root', passwordHash: 'x', role: 'administrator' } as const;

  test('the set-up token makes one administrator, in one write with the account, and is used up by it', async () => {
    const { users } = salon.store;
    await users.setSetupTokenHash('token');
    expect(await users.createWithSetupToken(first, 'other')).toBe('invalid_token');
    expect(await users.createWithSetupToken({ ...first, name: 'Ann', nameKey: 'ann' }, 'token')).toBe('taken');
    expect(await users.setupTokenHash()).toBe('token');
    const made = await Promise.all(
      ['root', 'toor'].map((nameKey) => users.createWithSetupToken({ ...first, name: nameKey, nameKey }, 'token')),
    );
    expect(made).toEqual([expect.objectContaining({ name: 'root', role: 'administrator' }), 'invalid_token']);
    expect([await users.setupTokenHash(), await users.byNameKey('toor')]).toEqual([null, null]);
  });

  test('every other way to an administrator uses the set-up token up, too; a member does not', async () => {
    const { users } = salon.store;
    await users.setSetupTokenHash('token');
    await users.setRole(salon.ann.id, 'member');
    await users.create({ ...first, name: 'Eve', nameKey: 'eve', role: 'member' });
    expect(await users.setupTokenHash()).toBe('token');
    await users.setRole(salon.ann.id, 'administrator');
    expect(await users.setupTokenHash()).toBeNull();
    await users.setSetupTokenHash('token');
    await users.create(first);
    expect(await users.setupTokenHash()).toBeNull();
  });
}

function sessions(open: () => Promise<OpenStore>): void {
  const salon = scene(open);
  const start = (tokenHash: string, userId: number, lifeMs = HOUR_MS) =>
    salon.store.sessions.create({ tokenHash, userId, expiresAt: Date.now() + lifeMs, device: '' });

  test('S7: a session is found with its user from its start to its end', async () => {
    await start('a1', salon.ann.id);
    const found = await salon.store.sessions.find('a1');
    expect(found?.user).toEqual(salon.ann);
    expect(found?.session).toMatchObject({ tokenHash: 'a1', userId: salon.ann.id });
    await salon.store.sessions.end('a1');
    expect(await salon.store.sessions.find('a1')).toBeNull();
    await salon.store.sessions.end('a1');
  });

  test('what a session began on is kept with it', async () => {
    const expiresAt = Date.now() + HOUR_MS;
    await salon.store.sessions.create({ tokenHash: 'a1', userId: salon.ann.id, expiresAt, device: 'Firefox · Linux' });
    await start('a2', salon.ann.id);
    expect((await salon.store.sessions.find('a1'))?.session.device).toBe('Firefox · Linux');
    const devices = (await salon.store.sessions.ofUser(salon.ann.id)).map(({ tokenHash, device }) => [
      tokenHash,
      device,
    ]);
    expect(devices.sort()).toEqual([
      ['a1', 'Firefox · Linux'],
      ['a2', ''],
    ]);
  });

  test('of several sessions those are named that would be found', async () => {
    await Promise.all([start('a1', salon.ann.id), start('a2', salon.ann.id, -1), start('b1', salon.bob.id)]);
    await salon.store.users.setDisabled(salon.bob.id, true);
    expect(await salon.store.sessions.existing(['a1', 'a2', 'b1', 'made-up'])).toEqual(new Set(['a1']));
    expect(await salon.store.sessions.existing([])).toEqual(new Set());
  });

  test('an expired session is no session', async () => {
    await start('old', salon.ann.id, -1);
    await start('new', salon.ann.id);
    expect(await salon.store.sessions.find('old')).toBeNull();
    expect((await salon.store.sessions.ofUser(salon.ann.id)).map((session) => session.tokenHash)).toEqual(['new']);
  });

  test('a session that is used lives on', async () => {
    await start('a1', salon.ann.id);
    const expiresAt = Date.now() + 5 * HOUR_MS;
    await salon.store.sessions.touch('a1', expiresAt);
    const session = (await salon.store.sessions.find('a1'))?.session;
    expect(session?.expiresAt).toBe(expiresAt);
    expect(session?.seenAt).toBeGreaterThanOrEqual(session?.createdAt ?? Number.POSITIVE_INFINITY);
  });

  test('touching a session that is not there makes none', async () => {
    await salon.store.sessions.touch('made-up', Date.now() + HOUR_MS);
    expect(await salon.store.sessions.find('made-up')).toBeNull();
  });

  test('a session for a missing user, or with a token in use, is refused, and the other writes beside it are applied', async () => {
    await start('a1', salon.ann.id);
    const [nobody, taken, post] = await Promise.allSettled([
      start('x', 4711),
      start('a1', salon.bob.id),
      salon.post(salon.ann, 'beside'),
    ]);
    expect([nobody.status, taken.status, post.status]).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect((await salon.store.sessions.find('a1'))?.user.name).toBe('Ann');
    expect(await salon.store.messages.head(salon.room.id)).toBe(1);
  });

  test('disabling a user ends their sessions, for good, and no other user’s', async () => {
    await Promise.all([start('a1', salon.ann.id), start('a2', salon.ann.id), start('b1', salon.bob.id)]);
    expect((await salon.store.users.setDisabled(salon.ann.id, true)).sort()).toEqual(['a1', 'a2']);
    expect(await salon.store.sessions.find('a1')).toBeNull();
    await start('a3', salon.ann.id);
    expect(await salon.store.sessions.find('a3')).toBeNull();
    expect((await salon.store.sessions.find('b1'))?.user.name).toBe('Bob');
    expect(await salon.store.users.setDisabled(salon.ann.id, false)).toEqual([]);
    expect(await salon.store.sessions.find('a1')).toBeNull();
  });

  test('a session that begins in the moment of the disabling is among those that it ended', async () => {
    const [, ended] = await Promise.all([start('a1', salon.ann.id), salon.store.users.setDisabled(salon.ann.id, true)]);
    expect(ended).toEqual(['a1']);
  });

  test('ending the others leaves the one that is named and returns which ended', async () => {
    await Promise.all(['a1', 'a2', 'a3'].map((token) => start(token, salon.ann.id)));
    await start('b1', salon.bob.id);
    expect((await salon.store.sessions.endOthers(salon.ann.id, 'a2')).sort()).toEqual(['a1', 'a3']);
    expect((await salon.store.sessions.ofUser(salon.ann.id)).map((session) => session.tokenHash)).toEqual(['a2']);
    expect(await salon.store.sessions.endOthers(salon.ann.id, null)).toEqual(['a2']);
    expect(await salon.store.sessions.find('b1')).not.toBeNull();
  });
}
