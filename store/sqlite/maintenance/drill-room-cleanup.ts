/**
 * Deletes a drill room in chunks, between which the writer can commit. Uses a separate connection without foreign keys:
 * with them SQLite would read all messages for each bot, and everything that refers to a deleted row is deleted here too.
 */
import type { Database } from 'bun:sqlite';
import { openWriter, prepareForWriting } from '../database/connection.ts';

const CHUNK_ROWS = 500;
/** The writer polls for the lock; a pause this long is enough for it. */
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

/** In one transaction: no message is left without its room or author. */
function deleteRest(db: Database): void {
  const deletion = db.transaction(() => {
    db.run('DELETE FROM messages WHERE room_id < 0');
    db.run('DELETE FROM memberships WHERE user_id < 0');
    db.run('DELETE FROM sessions WHERE user_id < 0');
    db.run('DELETE FROM users WHERE id < 0');
    db.run('DELETE FROM rooms WHERE id < 0');
  });
  deletion.immediate();
}
