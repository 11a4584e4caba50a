/** What an error of SQLite means for the write that caused it, and for the store. */
import { SQLiteError } from 'bun:sqlite';
import { StoreError } from '../../store-error.ts';

/**
 * `row`: only this write fails (errors of our own code, too); `full`: no space at present; `busy`: another program locks
 * the database, or memory is short; `fatal`: the content of the disk is no longer known.
 */
export type Failure = 'row' | 'full' | 'busy' | 'fatal';

export function failureOf(error: unknown): Failure {
  if (!(error instanceof SQLiteError)) return 'row';
  const code = error.code ?? '';
  if (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_TOOBIG' || code === 'SQLITE_MISMATCH') return 'row';
  // The index of the WAL is a separate file; SQLite reports as an I/O error that it cannot grow.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return 'full';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code === 'SQLITE_NOMEM') return 'busy';
  return 'fatal';
}

/** One line: the code and the message. */
export function describe(error: unknown): string {
  if (error instanceof SQLiteError) return `${error.code ?? 'SQLITE_ERROR'}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** For an error of a read that met corruption; null for any other error. */
export function corruptionOf(error: unknown): StoreError | null {
  const why = describe(error);
  return error instanceof SQLiteError && isCorruption(why) ? corruptError('The database', why) : null;
}

/** The reason for which the writer gave up, for the operator; an error not from SQLite is returned unchanged. */
export function fatalError(file: string, error: Error): Error {
  if (!error.message.startsWith('SQLITE_')) return error;
  if (isCorruption(error.message)) return corruptError(file, error.message);
  return new StoreError(
    `${file} cannot be written any more (${error.message}). Look after its disk, then start again.`,
  );
}

export function isCorruption(why: string): boolean {
  return /^SQLITE_(NOTADB|CORRUPT)/.test(why);
}

export function corruptError(what: string, why: string): StoreError {
  return new StoreError(`${what} is damaged (${why}). Move it away and restore a backup in its place.`);
}
