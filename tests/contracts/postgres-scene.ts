/** A database of its own for each test, and people who post into it. */
import { expect } from 'bun:test';
import { openPostgresStore } from '../../store/postgres/store.ts';
import type { Room, Store, User, WriteResult } from '../../store/store.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { roomOf, signUp } from './store-scene.ts';

export interface PostgresScene {
  readonly url: string;
  readonly store: Store;
  readonly ann: User;
  readonly room: Room;
  /** Whatever the store complained of; a test that expects nothing of it finds it empty. */
  readonly failures: unknown[];
}

export async function postgresScene(server: PostgresServer): Promise<PostgresScene> {
  const url = await server.database();
  const failures: unknown[] = [];
  const store = await openPostgresStore({ url, failed: (error) => failures.push(error) });
  return { url, store, failures, ann: await signUp(store, 'Ann'), room: await roomOf(store, 'general') };
}

/** Posts one after the other, each until it is stored, as an outbox does; answers how often each was refused. */
export async function postUntilStored(
  store: Store,
  author: User,
  room: Room,
  nonces: readonly string[],
): Promise<number> {
  let refused = 0;
  for (const nonce of nonces) {
    for (;;) {
      const written = await store.messages.post({ roomId: room.id, author, nonce, body: `text of ${nonce}` });
      if (written.kind !== 'refused') break;
      expect(written.code).toBe('busy');
      refused += 1;
      await Bun.sleep(20);
    }
  }
  return refused;
}

export function nonces(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Every message of a room, in its order: gapless, each nonce once. */
export async function expectWhole(store: Store, room: Room, posted: readonly string[]): Promise<void> {
  const rows = await store.messages.changedSince(room.id, 0, Number.MAX_SAFE_INTEGER, posted.length + 100);
  expect(rows.map((row) => row.seq)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.map((row) => row.nonce ?? '').sort()).toEqual([...posted].sort());
  expect(await store.messages.head(room.id)).toBe(rows.length);
}

export function numberOf(written: WriteResult): number {
  if (written.kind === 'refused') throw new Error(`refused: ${written.code}`);
  return written.message.seq;
}
