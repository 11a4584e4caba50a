/**
 * Takes away what a scratch room left, in bites between which the writer has its turn. On a connection of its own, which
 * does not look after references: for each person SQLite would read all messages there are, and what goes here goes whole.
 */
import type { Database } from 'bun:sqlite';
import { openWriter, prepareForWriting } from '../database/connection.ts';

const CHUNK_ROWS = 500;
/** Who waits for the lock looks for it again and again; a break this long is seen. */
const PAUSE_MS = 30;

export function cleanUpDrillRooms(file: string): void {
  const db = openWriter(file);
  try {
    prepareForWriting(db);
    db.run('PRAGMA foreign_keys = OFF');
    while (deleteMessageChunk(db) === CHUNK_ROWS) Bun.sleepSync(PAUSE_MS);
    deleteRest(db);
  } finally {
    db.close(true);
  }
}

function deleteMessageChunk(db: Database): number {
  return db.run(
    `DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages WHERE room_id < 0 LIMIT ${CHUNK_ROWS})`,
  ).changes;
}

/** As one: nothing is left that has no room or no author. */
function deleteRest(db: Database): void {
  const sweeping = db.transaction(() => {
    db.run('DELETE FROM messages WHERE room_id < 0');
    db.run('DELETE FROM memberships WHERE user_id < 0');
    db.run('DELETE FROM sessions WHERE user_id < 0');
    db.run('DELETE FROM users WHERE id < 0');
    db.run('DELETE FROM rooms WHERE id < 0');
  });
  sweeping.immediate();
}
