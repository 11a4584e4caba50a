/** A whole, consistent copy of a database, in a file that appears only when it is complete and on the disk. */
import { Database } from 'bun:sqlite';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '../../store-error.ts';
import { corruptionOf, describe } from './errors.ts';

/** Where a file cannot have two names (FAT, some shares) a link fails with one of these. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Throws a StoreError when the copy cannot be had; a target that exists is refused. */
export function writeBackup(db: Database, target: string): void {
  if (existsSync(target)) throw existsError(target);
  try {
    writeComplete(db, target);
  } catch (error) {
    throw error instanceof StoreError ? error : (corruptionOf(error) ?? writeError(target, error));
  }
}

/** It holds every password hash and session: only its owner may read it. */
function writeComplete(db: Database, target: string): void {
  // A name of its own: another copy to the same target may be under way.
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

/** A rename would overwrite what came to be there meanwhile; a link does not. */
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

/** The system's words without the path, which is that of the unfinished copy. An error that is nobody's stays what it is. */
function writeError(target: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const [why = ''] = describe(error).split(', ');
  return new StoreError(`${target} cannot be written (${why}). Name a file in a directory that has room and is yours.`);
}

/**
 * Whoever goes back to a copy goes on from it with numbers that clients already know for something else. In a new epoch
 * they notice, and begin anew.
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
