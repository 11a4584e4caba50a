/** A chat that outgrew one machine: moved to PostgreSQL by the command, under the eyes of a client that comes back. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { salon } from '../support/command.ts';
import { signUp } from '../support/person.ts';
import { PostgresServer } from '../support/postgres-server.ts';
import { startServer, UNTHROTTLED } from '../support/server.ts';

let postgres: PostgresServer;
let folder: string;
beforeAll(async () => {
  postgres = await PostgresServer.start();
  folder = await mkdtemp(join(tmpdir(), 'move-'));
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

test('after a move to PostgreSQL everybody is still logged in, and a client resumes where it was', async () => {
  const data = join(folder, 'data');
  const small = await startServer({ data, args: UNTHROTTLED });
  const ann = await signUp(small, 'ann');
  const socket = await ann.open('general');
  const { epoch } = await socket.next('welcome');
  await socket.next('live');
  for (const message of ['one', 'two']) socket.send({ message, nonce: message });
  await socket.next((frame) => frame.message === 'two');
  const running = await salon(['move', '--from', data, '--to', await postgres.database()]);
  expect([running.code, running.err]).toEqual([1, expect.stringContaining('is in use by another Salon')]);
  await small.terminate();

  const url = await postgres.database();
  const moved = await salon(['move', '--from', data, '--to', url], { env: { DATABASE_URL: 'postgres://elsewhere/x' } });
  expect([moved.code, moved.err]).toEqual([0, '']);
  expect(moved.out).toMatch(/users +1\n[\s\S]*messages +2\n[\s\S]*was not changed\./);

  const large = await startServer({ args: UNTHROTTLED, env: { DATABASE_URL: url } });
  const there = ann.at(large);
  const again = await there.open('general', `after=1&epoch=${String(epoch)}`);
  expect(await again.next('welcome')).toMatchObject({ user: 'ann', epoch, head: 2, resumed: true, missed: 1 });
  expect(await again.next('chat_message')).toMatchObject({ message: 'two', seq: 2 });
  await again.next('live');
  again.send({ message: 'two', nonce: 'two' });
  expect(await again.next('chat_message')).toMatchObject({ seq: 2, repeat: true });
  again.send({ message: 'three', nonce: 'three' });
  expect(await again.next('chat_message')).toMatchObject({ seq: 3 });
  await large.stop();
});

test('a move says what it needs, and never shows a password', async () => {
  const nothing = await salon(['move', '--from', folder]);
  expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('salon move needs --to')]);
  const wrong = await salon(['move', '--from', folder, '--to', 'mysql://me:hunter2@host/db']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('is not an address as postgres://')]);
  expect(wrong.err).not.toContain('hunter2');
});
