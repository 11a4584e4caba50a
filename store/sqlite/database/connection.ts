/** The two kinds of connection: one that writes, on the writer thread, and those that only read. */
import { Database } from 'bun:sqlite';

/** How long a connection waits for a lock that another program holds. */
const WRITER_BUSY_TIMEOUT_MS = 5_000;
const READER_BUSY_TIMEOUT_MS = 1_000;
const WRITER_CACHE_KIB = 8_192;
/** The log is cut back to this after it had to grow. */
const WAL_BYTES_LIMIT = 64 * 1024 * 1024;

/**
 * Every commit is on the disk when it returns (`synchronous = FULL`). The log is carried over into the database by
 * `carryOver`, never by a commit: SQLite drops the errors of a checkpoint that it starts by itself.
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
