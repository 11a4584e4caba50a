import type { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Write, WriteOutcome } from '../../writes/commands.ts';
import { openSchema } from '../database/schema.ts';
import { BatchTransaction } from './transaction.ts';

let data: string;
let db: Database;
let transaction: BatchTransaction;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'salon-transaction-'));
  db = openSchema(join(data, 'salon.db'));
  transaction = new BatchTransaction(db);
  committed([['user.create', 'Ann', 'ann', 'hash', 'member']]);
});
afterEach(() => {
  db.close(true);
  rmSync(data, { recursive: true });
});

function committed(batch: Write[]): readonly WriteOutcome[] {
  const answer = transaction.commit(batch);
  if (answer.kind !== 'committed') throw new Error(`not committed: ${JSON.stringify(answer)}`);
  return answer.outcomes;
}

function count(sql: string): number {
  return db.prepare<{ n: number }, []>(sql).get()?.n ?? -1;
}

test('a write that the database refuses is undone whole and takes nothing with it', () => {
  committed([['session.create', 'a1', 1, 0, '']]);
  const outcomes = committed([
    ['post', 1, 1, null, 'before'],
    // Sweeps out the expired session, then fails: the sweep has to be undone with it.
    ['session.create', 'b1', 4711, 1e15, ''],
    ['post', 1, 1, null, 'after'],
  ]);
  expect(outcomes[0]).toBe(1);
  expect(outcomes[1]).toMatchObject({ kind: 'failed', error: expect.stringContaining('FOREIGNKEY') });
  expect(outcomes[2]).toBe(2);
  expect(count('SELECT count(*) AS n FROM sessions')).toBe(1);
});

test('a batch that meets a full disk leaves nothing, and the numbers go on as if it had never been', () => {
  committed([['post', 1, 1, 'n1', 'kept']]);
  const pages = count('SELECT page_count AS n FROM pragma_page_count');
  db.run(`PRAGMA max_page_count = ${pages}`);
  const large: Write[] = Array.from({ length: 50 }, (_, n) => ['post', 1, 1, `m${n}`, 'x'.repeat(4_000)]);
  expect(transaction.commit(large)).toEqual({ kind: 'refused', code: 'storage_full' });
  expect(count('SELECT count(*) AS n FROM messages')).toBe(1);
  expect(count('SELECT head AS n FROM rooms WHERE id = 1')).toBe(1);
  db.run('PRAGMA max_page_count = 1000000');
  expect(committed(large)[0]).toBe(2);
});

test('a checkpoint runs when the WAL has grown long, and not before', () => {
  const wal = () => db.prepare<{ log: number; checkpointed: number }, []>('PRAGMA wal_checkpoint(NOOP)').get();
  transaction.checkpoint();
  expect(wal()?.checkpointed).toBe(0);
  const batch: Write[] = Array.from({ length: 1_000 }, () => ['post', 1, 1, null, 'x'.repeat(10_000)]);
  for (let n = 0; n < 2; n += 1) committed(batch);
  transaction.checkpoint();
  expect(wal()?.checkpointed).toBe(wal()?.log);
});

test('what a deleted message said is nowhere in the database', () => {
  committed([['post', 1, 1, 'n1', 'an indiscretion']]);
  committed([['delete', 1, 1, 1]]);
  db.run('PRAGMA wal_checkpoint(TRUNCATE)');
  expect(Buffer.from(db.serialize()).includes('indiscretion')).toBe(false);
});
