/** The database goes away, stands still, or stands in the way: nothing is lost, nothing doubled, and it goes on. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Refusal } from '../../protocol/refusals.ts';
import { openPostgresStore } from '../../store/postgres/store.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { expectWhole, nonces, postgresScene, postUntilStored } from './postgres-scene.ts';
import { roomOf } from './store-scene.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

test('a database that crashes five times under load loses nothing and doubles nothing', async () => {
  const { store, ann, room, failures } = await postgresScene(server);
  const posted = Array.from({ length: 8 }, (_, index) => nonces(`w${index}`, 400));
  let isDone = false;
  const writing = Promise.all(posted.map((own) => postUntilStored(store, ann, room, own))).then(() => {
    isDone = true;
  });
  for (let crash = 0; crash < 5 && !isDone; crash += 1) {
    await Bun.sleep(60);
    await server.crash();
    await server.start();
  }
  await writing;
  await expectWhole(store, room, posted.flat());
  expect(failures).toEqual([]);
  await store.close();
}, 60_000);

test('a database that stands still is given up after five seconds, and found again when it goes on', async () => {
  const { store, ann, room } = await postgresScene(server);
  await postUntilStored(store, ann, room, ['before']);
  await server.pause();
  const asked = performance.now();
  const [written, read] = await Promise.all([
    store.messages.post({ roomId: room.id, author: ann, nonce: 'meanwhile', body: 'text of meanwhile' }),
    store.messages.latest(room.id, 1, 1).catch((error: unknown) => error),
  ]);
  const tookMs = performance.now() - asked;
  await server.resume();
  expect(written).toMatchObject({ kind: 'refused', code: 'busy' });
  expect(read).toBeInstanceOf(Refusal);
  expect(read).toMatchObject({ code: 'busy' });
  expect(tookMs).toBeGreaterThan(4_500);
  await postUntilStored(store, ann, room, ['meanwhile', 'after']);
  await expectWhole(store, room, ['before', 'meanwhile', 'after']);
  await store.close();
}, 60_000);

test('a lock that somebody holds by hand is waited for', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  const database = new URL(url).pathname.slice(1);
  const held = server.query(
    `BEGIN; SELECT 1 FROM rooms WHERE id = ${room.id} FOR UPDATE; SELECT pg_sleep(1); COMMIT`,
    database,
  );
  await server.untilQuery(
    `SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND wait_event = 'PgSleep'`,
    '1',
  );
  expect(await postUntilStored(store, ann, room, ['n'])).toBe(0);
  await held;
  await expectWhole(store, room, ['n']);
  await store.close();
}, 60_000);

test('a batch that was the victim of a deadlock is written again', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  const random = await roomOf(store, 'random');
  const [low, high] = [room, random].sort((a, b) => a.id - b.id);
  if (low === undefined || high === undefined) throw new Error('two rooms are needed');
  const crossing = server.query(
    `BEGIN; SELECT 1 FROM rooms WHERE id = ${high.id} FOR UPDATE; SELECT pg_sleep(0.5);
     SET LOCAL deadlock_timeout = '20s'; SELECT 1 FROM rooms WHERE id = ${low.id} FOR UPDATE; COMMIT`,
    new URL(url).pathname.slice(1),
  );
  await server.untilQuery(`SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`, '1');
  const written = await Promise.all(
    [low, high].map((each) => store.messages.post({ roomId: each.id, author: ann, nonce: null, body: 'x' })),
  );
  await crossing;
  expect(written.map((each) => each.kind)).toEqual(['applied', 'applied']);
  expect(await store.messages.head(low.id)).toBe(1);
  await store.close();
}, 60_000);

test('a message whose commit was done and its answer lost is acknowledged as the new one that it is', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  await store.close();
  const proxy = await PostgresProxy.start(server.port);
  const behind = await openPostgresStore({ url: proxy.urlOf(url) });
  await postUntilStored(behind, ann, room, ['first']);
  proxy.loseAnswerToNextCommit();
  const written = await behind.messages.post({ roomId: room.id, author: ann, nonce: null, body: 'without a nonce' });
  expect(proxy.answersLost).toBe(1);
  expect(written).toMatchObject({ kind: 'applied', message: { seq: 2 } });
  expect(await behind.messages.head(room.id)).toBe(2);
  await behind.close();
  proxy.stop();
}, 60_000);

test('a message whose connection broke before the commit is written again, once', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  await store.close();
  const proxy = await PostgresProxy.start(server.port);
  const behind = await openPostgresStore({ url: proxy.urlOf(url) });
  await postUntilStored(behind, ann, room, ['first']);
  proxy.breakAtNextCommit();
  const written = await behind.messages.post({ roomId: room.id, author: ann, nonce: null, body: 'without a nonce' });
  expect(proxy.commitsBroken).toBe(1);
  expect(written).toMatchObject({ kind: 'applied', message: { seq: 2 } });
  expect(await behind.messages.head(room.id)).toBe(2);
  await behind.close();
  proxy.stop();
}, 60_000);
