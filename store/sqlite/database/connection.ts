/** The two kinds of connection: one that writes, on the writer thread, and read-only ones. */
import { Database } from 'bun:sqlite';

/** How long a connection waits for the lock of another program. */
const WRITER_BUSY_TIMEOUT_MS = 5_000;
const READER_BUSY_TIMEOUT_MS = 1_000;
const WRITER_CACHE_KIB = 8_192;
/** The WAL is truncated to this size after a checkpoint. */
const WAL_BYTES_LIMIT = 64 * 1024 * 1024;

/**
 * Every commit is on the disk when it returns (`synchronous = FULL`). Checkpoints run in `checkpoint()`, never inside a
 * commit: SQLite swallows the errors of an automatic one.
 */
export function openWriter(file: string): Database {
  const db = new Database(file, { create: true, strict: true });
  db.run(`PRAGMA busy_timeout = ${WRITER_BUSY_TIMEOUT_MS}`);
  return db;
}

export function prepareForWriting(db: Database): void {
  db.run('PRAGMA journal_mode = WAL');
  db.run('PRAGMA synchronous = FULL');
  db.run('PRAGMA foreign_keys = ON');
  db.run('PRAGMA secure_delete = ON');
  db.run('PRAGMA temp_store = MEMORY');
  db.run('PRAGMA wal_autocheckpoint = 0');
  db.run(`PRAGMA journal_size_limit = ${WAL_BYTES_LIMIT}`);
  db.run(`PRAGMA cache_size = -${WRITER_CACHE_KIB}`);
}

export function openReader(file: string): Database {
  const db = new Database(file, { readonly: true, strict: true });
  db.run(`PRAGMA busy_timeout = ${READER_BUSY_TIMEOUT_MS}`);
  return db;
}
