/** A database that could not keep the promise is refused at the start, in one line that names the mend. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresStore } from '../../store/postgres/store.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { postgresScene, postUntilStored } from './postgres-scene.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

async function refusalOf(url: string): Promise<string> {
  try {
    await (await openPostgresStore({ url })).close();
    return 'opened';
  } catch (error) {
    return error instanceof Error && error.constructor.name.startsWith('Store')
      ? error.message
      : `not a StoreError: ${error}`;
  }
}

for (const setting of ['synchronous_commit', 'default_transaction_read_only']) {
  test(`a database with ${setting} set wrongly is refused`, async () => {
    const url = await server.database();
    const wrong = setting === 'synchronous_commit' ? 'off' : 'on';
    await server.query(`ALTER DATABASE ${nameOf(url)} SET ${setting} = ${wrong}`);
    const line = await refusalOf(url);
    expect(line).toMatch(/^PostgreSQL at 127\.0\.0\.1:\d+\/d\d+ (runs with synchronous_commit off|takes no writes)/);
    expect(line).not.toContain('\n');
  });
}

test('a database of another encoding is refused', async () => {
  const url = await server.database(`ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
  expect(await refusalOf(url)).toContain("has the encoding LATIN1. Make the database anew with ENCODING 'UTF8'.");
});

test('tables of another program are left alone', async () => {
  const url = await server.database();
  await server.query('CREATE TABLE users (id int)', nameOf(url));
  expect(await refusalOf(url)).toContain('holds tables of another program');
  expect(await server.query(`SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`, nameOf(url))).toBe('1');
});

test('a database of a newer Salon is refused and not touched', async () => {
  const { url, store } = await postgresScene(server);
  await store.close();
  await server.query(`UPDATE meta SET value = '999' WHERE key = 'schema_version'`, nameOf(url));
  expect(await refusalOf(url)).toContain('was written by a newer Salon (its schema is 999');
  expect(await server.query(`SELECT value FROM meta WHERE key = 'schema_version'`, nameOf(url))).toBe('999');
});

test('no such database, no such server: each says so, and no line holds the password', async () => {
  const missing = new URL(server.url('missing'));
  missing.password = 'hidden';
  expect(await refusalOf(missing.href)).toContain('/missing does not exist. Create the database');
  missing.port = '1';
  const unreachable = await refusalOf(missing.href);
  expect(unreachable).toContain('cannot be reached');
  expect(unreachable).not.toContain('hidden');
});

test('a drill is refused in one line', async () => {
  const { store } = await postgresScene(server);
  const drill = { slug: 'drill', name: 'Drill', bots: [], expiresAt: Date.now() + 60_000 };
  expect(store.drillRoom.create(drill)).rejects.toThrow('A drill needs the embedded database');
  expect(await store.drillRoom.find()).toBeNull();
  await store.close();
});

test('a copy that is put back has its messages, and an epoch of its own', async () => {
  const { url, store, ann, room } = await postgresScene(server);
  await postUntilStored(store, ann, room, ['n']);
  const directory = await mkdtemp(join(tmpdir(), 'dump-'));
  const file = join(directory, 'salon.dump');
  await store.snapshot(file);
  expect(store.snapshot(file)).rejects.toThrow('exists already');
  const copy = await server.database();
  await server.restore(file, nameOf(copy));
  const restored = await openPostgresStore({ url: copy });
  expect(restored.epoch).not.toBe(store.epoch);
  expect(restored.secret).toEqual(store.secret);
  expect((await restored.messages.latest(room.id, 10, 10)).map((message) => message.nonce)).toEqual(['n']);
  await restored.close();
  await store.close();
  const again = await openPostgresStore({ url });
  expect(again.epoch).toBe(store.epoch);
  await again.close();
  await rm(directory, { recursive: true });
});
