import { afterAll, beforeAll, expect, test } from 'bun:test';
import { openPostgresStore } from '../../store/postgres/store.ts';
import { Pooler } from '../support/pooler.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { expectWhole, nonces, postgresScene, postUntilStored } from './postgres-scene.ts';

let server: PostgresServer;
let pooler: Pooler;
beforeAll(async () => {
  server = await PostgresServer.start();
  pooler = await Pooler.start(server.port);
});
afterAll(async () => {
  await pooler.stop();
  await server.stop();
});

test('behind a pooler that does not follow prepared statements every answer is the right one, and the start says so', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  const lines: string[] = [];
  const open = () => openPostgresStore({ url: pooler.urlOf(url), warn: (line) => lines.push(line) });
  const [first, second] = [await open(), await open()];
  const posted = [0, 1, 2, 3, 4, 5].map((index) => nonces(`w${index}`, 50));
  const reading = Array.from({ length: 200 }, async (_, index) => {
    const each = index % 2 === 0 ? first : second;
    const [found, user] = await Promise.all([each.rooms.bySlug('general'), each.users.byId(ann.id)]);
    expect([found?.id, user?.name]).toEqual([room.id, 'Ann']);
  });
  await Promise.all([
    ...posted.map((own, index) => postUntilStored(index % 2 === 0 ? first : second, ann, room, own)),
    ...reading,
  ]);
  await expectWhole(store, room, posted.flat());
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('is behind a pooler');
  await Promise.all([first, second, store].map((each) => each.close()));
});

test('without a pooler nothing is said of one', async () => {
  const lines: string[] = [];
  const store = await openPostgresStore({ url: await server.database(), warn: (line) => lines.push(line) });
  expect(lines).toEqual([]);
  await store.close();
});
