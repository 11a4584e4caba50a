/** A complete, consistent copy of a database. The file appears only when it is complete and on the disk. */
import { Database } from 'bun:sqlite';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../../store-error.ts';
import { corruptionOf, describe } from './errors.ts';

/** On file systems without hard links (FAT, some shares) a link fails with one of these. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Throws a StoreError when the copy cannot be written; an existing target is refused. */
export function writeBackup(db: Database, target: string): void {
  if (existsSync(target)) throw existsError(target);
  try {
    writeComplete(db, target);
  } catch (error) {
    throw error instanceof StoreError ? error : (corruptionOf(error) ?? writeError(target, error));
  }
}

/** The copy holds every password hash and session: only its owner may read it. */
function writeComplete(db: Database, target: string): void {
  // A unique name: another backup to the same target may be running.
  const part = `${target}.${randomUUID()}.part`;
  closeSync(openSync(part, 'wx', 0o600));
  try {
    db.prepare('VACUUM INTO ?').run(part);
    assignNewEpoch(part);
    syncToDisk(part);
    linkToTarget(part, target);
    syncToDisk(dirname(target));
  } finally {
    rmSync(part, { force: true });
  }
}

/** A rename would overwrite a file created meanwhile; a link does not. */
function linkToTarget(part: string, target: string): void {
  try {
    linkSync(part, target);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' || existsSync(target)) throw existsError(target);
    if (typeof code !== 'string' || !NO_LINKS.includes(code)) throw error;
    renameSync(part, target);
  }
}

function existsError(target: string): StoreError {
  return new StoreError(`${target} exists already`);
}

/** The system's message without the path, which names the unfinished copy. Other errors are returned unchanged. */
function writeError(target: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const [why = ''] = describe(error).split(', ');
  return new StoreError(`${target} cannot be written (${why}). Name a file in a directory that has room and is yours.`);
}

/**
 * A server restored from a copy gives out message numbers again that clients already know for other messages. The new
 * epoch tells the clients to load everything again.
 */
function assignNewEpoch(copy: string): void {
  const db = new Database(copy, { readwrite: true });
  try {
    db.run("UPDATE meta SET value = ? WHERE key = 'epoch'", [randomUUID()]);
  } finally {
    db.close(true);
  }
}

function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
