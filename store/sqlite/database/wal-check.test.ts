import type { Database } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../../store-error.ts';
import { BatchTransaction } from '../writer/transaction.ts';
import { openSchema } from './schema.ts';

const COMMITS = 20;

let data: string;
let file: string;
let wal: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'salon-wal-'));
  file = join(data, 'salon.db');
  wal = `${file}-wal`;
  leaveOpen(file);
});
afterEach(() => rmSync(data, { recursive: true }));

/** Puts a database at `target` as a killed server leaves it, with the WAL of its commits. */
function leaveOpen(target: string): void {
  const original = join(data, 'original.db');
  const db = openSchema(original);
  db.run('PRAGMA wal_checkpoint(TRUNCATE)');
  const transaction = new BatchTransaction(db);
  transaction.commit([['user.create', 'Ann', 'ann', 'hash', 'member']]);
  for (let n = 1; n <= COMMITS; n += 1) transaction.commit([['post', 1, 1, `n${n}`, `message ${n}`]]);
  for (const part of ['', '-wal']) copyFileSync(original + part, target + part);
  db.close(true);
}

function messagesAfterStart(): number {
  let db: Database | undefined;
  try {
    db = openSchema(file);
    return db.prepare<{ n: number }, []>('SELECT count(*) AS n FROM messages').get()?.n ?? -1;
  } finally {
    db?.close(true);
  }
}

function flipByte(at: number): void {
  const bytes = readFileSync(wal);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(wal, bytes);
}

const size = () => readFileSync(wal).length;

describe('the WAL of a server that was killed', () => {
  test('is recovered completely', () => {
    expect(messagesAfterStart()).toBe(COMMITS);
  });

  test('loses no more than the last commit when its end is torn off', () => {
    truncateSync(wal, size() - 1_000);
    expect(messagesAfterStart()).toBe(COMMITS - 1);
  });

  test.each([0, 20, 100, 5_000])(
    'with a wrong bit at byte %d is refused: messages that were answered are behind it',
    (at) => {
      flipByte(at);
      expect(messagesAfterStart).toThrow(StoreError);
      expect(messagesAfterStart).toThrow(`${wal} is damaged`);
    },
  );

  test('with a wrong bit in the middle is refused', () => {
    flipByte(Math.floor(size() / 2));
    expect(messagesAfterStart).toThrow(StoreError);
  });

  test('that was begun and never written is nothing', () => {
    writeFileSync(wal, Buffer.alloc(4_096));
    expect(messagesAfterStart()).toBe(0);
  });
});
