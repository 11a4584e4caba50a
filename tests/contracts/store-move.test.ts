/** A history carried from SQLite to PostgreSQL and back is the same, number by number, and goes on there. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MoveTarget } from '../../store/move/end.ts';
import { type MoveProgress, moveHistory } from '../../store/move/move.ts';
import { openPostgresEnd } from '../../store/postgres/move-end.ts';
import { openPostgresStore } from '../../store/postgres/store.ts';
import { openSqliteSource, openSqliteTarget } from '../../store/sqlite/move-end.ts';
import { openSqliteStore } from '../../store/sqlite/store.ts';
import type { Store } from '../../store/store.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { applied, duplicate, roomOf, signUp } from './store-scene.ts';

let server: PostgresServer;
let folder: string;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'move-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Something of everything: edits, deletions, a room of one's own, marks, sessions, awkward texts. */
async function fill(store: Store): Promise<void> {
  const [ann, bob] = [await signUp(store, 'Ann'), await signUp(store, 'Zoë')];
  await store.users.setRole(ann.id, 'administrator');
  await store.users.setSetupTokenHash('a hash');
  await store.sessions.create({
    tokenHash: 's1',
    userId: ann.id,
    expiresAt: Date.now() + 60_000,
    device: 'Firefox · Linux',
  });
  const own = await store.rooms.create({
    slug: 'büro',
    name: 'Büro',
    topic: 'quotes " \\ {}, NULL',
    createdBy: bob.id,
  });
  if (own === 'taken') throw new Error('taken');
  for (const room of [own, await roomOf(store, 'general')]) {
    const texts = Array.from({ length: 2_500 }, (_, index) => `text ${index} 👋 "quoted" \\ {a,b} NULL\nline`);
    const post = (body: string, index: number) =>
      store.messages.post({
        roomId: room.id,
        author: index % 2 === 0 ? ann : bob,
        nonce: index % 3 === 0 ? null : `${room.id}-${index}`,
        body,
      });
    await Promise.all(texts.map(post));
    applied(await store.messages.edit({ roomId: room.id, seq: 2, by: bob, body: 'edited' }));
    applied(await store.messages.delete({ roomId: room.id, seq: 3, by: ann }));
    await store.rooms.markRead(room.id, bob.id, 1_000);
  }
}

async function everythingIn(store: Store): Promise<unknown> {
  const rooms = await store.rooms.list(100);
  const ann = await store.users.byNameKey('ann');
  return {
    epoch: store.epoch,
    secret: [...store.secret],
    rooms: rooms.sort((a, b) => a.id - b.id),
    messages: await Promise.all(rooms.map((room) => store.messages.changedSince(room.id, 0, 100_000, 10_000))),
    ann,
    zoe: await store.users.byNameKey('zoë'),
    users: await store.users.count(),
    setup: await store.users.setupTokenHash(),
    session: await store.sessions.find('s1'),
    unread: [
      ...(await store.rooms.unread(
        2,
        rooms.map((room) => room.id),
        100,
      )),
    ].sort(([a], [b]) => a - b),
  };
}

async function move(source: Parameters<typeof moveHistory>[0], target: MoveTarget): Promise<MoveProgress[]> {
  const progress: MoveProgress[] = [];
  try {
    await moveHistory(source, target, (each) => progress.push(each));
    return progress;
  } finally {
    await source.close();
    await target.close();
  }
}

test('to PostgreSQL and back: nothing is lost, nothing is changed, and clients, sessions and nonces go on', async () => {
  const data = join(folder, 'here');
  const origin = await openSqliteStore({ data });
  await fill(origin);
  const before = await everythingIn(origin);
  await origin.close();
  const file = await Bun.file(join(data, 'salon.db')).bytes();

  const url = await server.database();
  const progress = await move(openSqliteSource(data), await openPostgresEnd(url));
  expect(progress.at(-1)).toEqual({ done: progress.at(-1)?.total ?? 0, total: progress.at(-1)?.total ?? 1 });
  expect(await Bun.file(join(data, 'salon.db')).bytes()).toEqual(file);

  const away = await openPostgresStore({ url });
  expect(await everythingIn(away)).toEqual(before);
  const general = await roomOf(away, 'general');
  const ann = await away.users.byNameKey('ann');
  if (ann === null) throw new Error('no Ann');
  const again = await away.messages.post({
    roomId: general.id,
    author: ann,
    nonce: `${general.id}-4`,
    body: 'text 4 👋 "quoted" \\ {a,b} NULL\nline',
  });
  expect(duplicate(again).seq).toBe(5);
  expect(applied(await away.messages.post({ roomId: general.id, author: ann, nonce: null, body: 'on' })).seq).toBe(
    general.head + 1,
  );
  expect((await signUp(away, 'Carol')).id).toBe(3);
  const moved = await everythingIn(away);
  await away.close();

  const back = join(folder, 'back');
  await move(await openPostgresEnd(url), openSqliteTarget(back));
  const home = await openSqliteStore({ data: back });
  expect(await everythingIn(home)).toEqual(moved);
  expect((await signUp(home, 'Dora')).id).toBe(4);
  await home.close();
});

test('a target that is not empty is refused and left alone', async () => {
  const data = join(folder, 'here');
  const origin = await openSqliteStore({ data });
  await fill(origin);
  await origin.close();
  const url = await server.database();
  const taken = await openPostgresStore({ url });
  await signUp(taken, 'Somebody');
  await taken.close();
  expect(move(openSqliteSource(data), await openPostgresEnd(url))).rejects.toThrow('is not empty');
  await Bun.sleep(0);
  const still = await openPostgresStore({ url });
  expect(await still.users.count()).toBe(1);
  await still.close();
});

test('a move that broke off is not taken for a whole one, and can be begun again', async () => {
  const data = join(folder, 'here');
  const origin = await openSqliteStore({ data });
  await fill(origin);
  const before = await everythingIn(origin);
  await origin.close();
  const url = await server.database();
  const target = await openPostgresEnd(url);
  let pages = 0;
  const insert = target.insert.bind(target);
  target.insert = (table, rows) => {
    pages += 1;
    return pages > 4 ? Promise.reject(new Error('broke off')) : insert(table, rows);
  };
  await expect(move(openSqliteSource(data), target)).rejects.toThrow('broke off');
  await expect(openPostgresStore({ url })).rejects.toThrow('holds a move that was not finished');
  await move(openSqliteSource(data), await openPostgresEnd(url));
  const whole = await openPostgresStore({ url });
  expect(await everythingIn(whole)).toEqual(before);
  await whole.close();
});

test('nothing is moved from under a running server, nor into one', async () => {
  const data = join(folder, 'here');
  const running = await openSqliteStore({ data });
  expect(() => openSqliteSource(data)).toThrow('is in use by another Salon');
  await running.close();
  const url = await server.database();
  const other = await openPostgresStore({ url });
  await other.rooms.list(1);
  await expect(openPostgresEnd(url)).rejects.toThrow('is in use by a running Salon');
  await other.close();
});

test('a difference that crept in on the way is found', async () => {
  const data = join(folder, 'here');
  const origin = await openSqliteStore({ data });
  await fill(origin);
  await origin.close();
  const target = await openPostgresEnd(await server.database());
  const insert = target.insert.bind(target);
  target.insert = (table, rows) =>
    insert(
      table,
      table.name === 'messages'
        ? rows.map((row) => row.map((cell) => (cell === 'text 7 👋 "quoted" \\ {a,b} NULL\nline' ? 'other' : cell)))
        : rows,
    );
  await expect(move(openSqliteSource(data), target)).rejects.toThrow(/The messages of room \d+ differ/);
});
