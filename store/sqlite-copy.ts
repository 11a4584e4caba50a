/** A whole, consistent copy of a database, in a file that appears only when it is complete and on the disk. */
import { Database } from 'bun:sqlite';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Refuses a target that exists. The copy holds every password hash and session: only its owner may read it. */
export function writeCopy(db: Database, target: string): void {
  if (existsSync(target)) throw new Error(`${target} exists already`);
  const part = `${target}.part`;
  rmSync(part, { force: true });
  closeSync(openSync(part, 'wx', 0o600));
  try {
    db.prepare('VACUUM INTO ?').run(part);
    beginAnew(part);
    toDisk(part);
    renameSync(part, target);
    toDisk(dirname(target));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
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
