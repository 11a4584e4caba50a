import type { Database } from 'bun:sqlite';
import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSchema } from './database/schema.ts';
import { CHANGED_SINCE, LATER, LATEST } from './messages.ts';
import { UNREAD } from './rooms.ts';

let data: string;
let db: Database;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'salon-reads-'));
  db = openSchema(join(data, 'salon.db'));
});
afterEach(() => {
  db.close(true);
  rmSync(data, { recursive: true });
});

/** SQLite's plan: the steps that read messages or sort. */
function plan(sql: string): string[] {
  const steps = db.prepare<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql}`).all();
  return steps.map((step) => step.detail).filter((detail) => / m( |$)|TEMP B-TREE/.test(detail));
}

test('the last messages are found without stepping over the deleted ones', () => {
  expect(plan(LATEST)).toEqual([
    'SEARCH m USING INDEX messages_unchanged (room_id=? AND seq<?)',
    'SEARCH m USING INDEX messages_edited (room_id=? AND seq<?)',
  ]);
});

test('later messages are found without stepping over the deleted ones', () => {
  expect(plan(LATER)).toEqual([
    'SEARCH m USING INDEX messages_unchanged (room_id=? AND seq>?)',
    'SEARCH m USING INDEX messages_edited (room_id=? AND seq>?)',
  ]);
});

test('what changed since is found without stepping over what changed once more', () => {
  expect(plan(CHANGED_SINCE)).toEqual([
    'SEARCH m USING INDEX messages_unchanged (room_id=? AND seq>? AND seq<?)',
    'SEARCH m USING INDEX messages_by_change (room_id=? AND changed>?)',
  ]);
});

test('the unread are counted without stepping over the deleted ones', () => {
  expect(plan(UNREAD)).toEqual([
    'SEARCH m USING INDEX messages_unchanged (room_id=? AND seq>?)',
    'SEARCH m USING INDEX messages_edited (room_id=? AND seq>?)',
  ]);
});
