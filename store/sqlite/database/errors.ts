/** What a failure inside SQLite means for the write that met it, and for the store. */
import { SQLiteError } from 'bun:sqlite';
import { StoreError } from '../../store-error.ts';

/**
 * `row`: this write alone cannot be done (so it is with an error of our own, too); `full`: there is no space now; `busy`: somebody else holds the database, or
 * memory is short; `fatal`: what the disk holds is no longer known.
 */
export type Failure = 'row' | 'full' | 'busy' | 'fatal';

export function failureOf(error: unknown): Failure {
  if (!(error instanceof SQLiteError)) return 'row';
  const code = error.code ?? '';
  if (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_TOOBIG' || code === 'SQLITE_MISMATCH') return 'row';
  // The index of the log is a file of its own; that it cannot grow is told as an I/O error.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return 'full';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code === 'SQLITE_NOMEM') return 'busy';
  return 'fatal';
}

/** One line: the code and the words. */
export function describe(error: unknown): string {
  if (error instanceof SQLiteError) return `${error.code ?? 'SQLITE_ERROR'}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** For what a read threw that met damage; null for anything else. */
export function corruptionOf(error: unknown): StoreError | null {
  const why = describe(error);
  return error instanceof SQLiteError && isCorruption(why) ? corruptError('The database', why) : null;
}

/** What made the writer give up, in words for the owner; an error that is none of SQLite's stays what it is. */
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
