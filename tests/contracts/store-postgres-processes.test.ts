/** What PostgreSQL alone has to stand: several stores on one database, and a start of many at once. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openPostgresStore } from '../../store/postgres/store.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { expectWhole, nonces, numberOf, postgresScene, postUntilStored } from './postgres-scene.ts';
import { roomOf, signUp } from './store-scene.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

test('S49: several processes number the messages of one room without a gap, each message once', async () => {
  const { url, store, ann, room, failures } = await postgresScene(server);
  const others = await Promise.all([openPostgresStore({ url }), openPostgresStore({ url })]);
  const stores = [store, ...others];
  const posted = stores.map((_, index) => nonces(`s${index}`, 300));
  await Promise.all(
    stores.flatMap((each, index) =>
      [0, 1, 2].map((part) =>
        postUntilStored(each, ann, room, posted[index]?.slice(part * 100, part * 100 + 100) ?? []),
      ),
    ),
  );
  await expectWhole(store, room, posted.flat());
  expect(failures).toEqual([]);
  await Promise.all(stores.map((each) => each.close()));
});

test('the same message through two processes at once is one message with one number', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  const other = await openPostgresStore({ url });
  const posted = nonces('n', 200);
  const numbers = await Promise.all(
    posted.map(async (nonce) => {
      const draft = { roomId: room.id, author: ann, nonce, body: nonce };
      const both = await Promise.all([store.messages.post(draft), other.messages.post(draft)]);
      return both.map(numberOf);
    }),
  );
  for (const [first, second] of numbers) expect(first).toBe(second ?? 0);
  await expectWhole(store, room, posted);
  await Promise.all([store.close(), other.close()]);
});

test('one nonce in two rooms through two processes at once is one message; the other is refused', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  const other = await openPostgresStore({ url });
  const random = await roomOf(store, 'random');
  const kinds = await Promise.all(
    nonces('n', 100).map(async (nonce) => {
      const [first, second] = await Promise.all([
        store.messages.post({ roomId: room.id, author: ann, nonce, body: 'x' }),
        other.messages.post({ roomId: random.id, author: ann, nonce, body: 'x' }),
      ]);
      return [first, second].map((each) => (each.kind === 'refused' ? each.code : each.kind)).sort();
    }),
  );
  for (const pair of kinds) expect(pair).toEqual(['applied', 'nonce_conflict']);
  expect((await store.messages.head(room.id)) + (await store.messages.head(random.id))).toBe(100);
  await Promise.all([store.close(), other.close()]);
});

test('who was disabled through one process writes through none', async () => {
  const { url, store, room } = await postgresScene(server);
  const other = await openPostgresStore({ url });
  const bob = await signUp(store, 'Bob');
  await other.users.setDisabled(bob.id, true);
  const written = await store.messages.post({ roomId: room.id, author: bob, nonce: null, body: 'x' });
  expect(written).toMatchObject({ kind: 'refused', code: 'forbidden' });
  await Promise.all([store.close(), other.close()]);
});

test('ten processes may start at once on an empty database', async () => {
  const url = await server.database();
  const stores = await Promise.all(Array.from({ length: 10 }, () => openPostgresStore({ url })));
  expect(new Set(stores.map((store) => store.epoch)).size).toBe(1);
  expect((await stores[0]?.rooms.list(10))?.map((room) => room.slug)).toEqual(['general', 'help', 'random']);
  await Promise.all(stores.map((store) => store.close()));
});
