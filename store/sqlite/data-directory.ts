/** The directory that holds all data of an installation, and the lock that reserves it for one process. */
import { Database, SQLiteError } from 'bun:sqlite';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../store-error.ts';

export interface DataDirectory {
  /** The path of the database, readable by its owner only. */
  readonly database: string;
  release(): void;
}

/**
 * Creates the directory (mode 0700) if it is missing and locks it until `release`, or until the process ends in any
 * way: the kernel drops the lock. Throws a StoreError when the directory is locked or unusable.
 */
export function claimDataDirectory(data: string): DataDirectory {
  orUnusable(data, () => mkdirSync(data, { recursive: true, mode: 0o700 }));
  const lock = acquireLock(data);
  try {
    const pidFile = join(data, 'salon.pid');
    orUnusable(data, () => writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 }));
    return { database: createDatabaseFile(data), release: () => releaseLock(lock, pidFile) };
  } catch (error) {
    lock.close(true);
    throw error;
  }
}

/** An open transaction on a separate, empty database: no other process can begin one while this process lives. */
function acquireLock(data: string): Database {
  let lock: Database | undefined;
  try {
    lock = new Database(join(data, 'lock'), { create: true });
    // Nothing is ever written, so no journal is needed on the disk.
    lock.run('PRAGMA journal_mode = MEMORY');
    lock.run('BEGIN IMMEDIATE');
    return lock;
  } catch (error) {
    lock?.close(true);
    throw isBusy(error) ? new StoreError(inUseMessage(data)) : unusableError(data, error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof SQLiteError && error.code?.startsWith('SQLITE_BUSY') === true;
}

function inUseMessage(data: string): string {
  return `The data directory ${data} is in use by another Salon${ownerOf(data)}. Stop that one, or choose another directory with --data.`;
}

function ownerOf(data: string): string {
  try {
    return ` (pid ${readFileSync(join(data, 'salon.pid'), 'utf8').trim()})`;
  } catch {
    return '';
  }
}

/** SQLite gives the WAL and its index the mode of the database, so that mode must be right from the start. */
function createDatabaseFile(data: string): string {
  const file = join(data, 'salon.db');
  orUnusable(data, () => closeSync(openSync(file, 'a', 0o600)));
  return file;
}

function orUnusable(data: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw unusableError(data, error);
  }
}

function unusableError(data: string, error: unknown): StoreError {
  if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR')) {
    return new StoreError(`The data directory ${data} is a file, or would lie in one. Choose another with --data.`);
  }
  const why = error instanceof Error ? error.message : String(error);
  return new StoreError(
    `The data directory ${data} cannot be written (${why}). Correct its owner and mode, or choose another with --data.`,
  );
}

function releaseLock(lock: Database, pidFile: string): void {
  rmSync(pidFile, { force: true });
  lock.run('ROLLBACK');
  lock.close(true);
}
