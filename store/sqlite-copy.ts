/** A whole, consistent copy of a database, in a file that appears only when it is complete and on the disk. */
import { Database } from 'bun:sqlite';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a file cannot have two names (FAT, some shares) a link fails with one of these. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Refuses a target that exists. The copy holds every password hash and session: only its owner may read it. */
export function writeCopy(db: Database, target: string): void {
  if (existsSync(target)) throw alreadyThere(target);
  // A name of its own: another copy to the same target may be under way.
  const part = `${target}.${randomUUID()}.part`;
  closeSync(openSync(part, 'wx', 0o600));
  try {
    db.prepare('VACUUM INTO ?').run(part);
    beginAnew(part);
    toDisk(part);
    giveName(part, target);
    toDisk(dirname(target));
  } finally {
    rmSync(part, { force: true });
  }
}

/** A rename would overwrite what came to be there meanwhile; a link does not. */
function giveName(part: string, target: string): void {
  try {
    linkSync(part, target);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' || existsSync(target)) throw alreadyThere(target);
    if (typeof code !== 'string' || !NO_LINKS.includes(code)) throw error;
    renameSync(part, target);
  }
}

function alreadyThere(target: string): Error {
  return new Error(`${target} exists already`);
}

/**
 * Whoever goes back to a copy goes on from it with numbers that clients already know for something else. In a new epoch
 * they notice, and begin anew.
 */
function beginAnew(copy: string): void {
  const db = new Database(copy, { readwrite: true });
  try {
    db.run("UPDATE meta SET value = ? WHERE key = 'epoch'", [randomUUID()]);
  } finally {
    db.close(true);
  }
}

function toDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
