/** Creates a new database, migrates an older one, refuses a corrupt, foreign or newer one. */
import type { Database } from 'bun:sqlite';
import { randomBytes, randomUUID } from 'node:crypto';
import { StoreError } from '../../store-error.ts';
import { writeBackup } from './backup.ts';
import { openWriter, prepareForWriting } from './connection.ts';
import { corruptError, describe, failureOf, isCorruption } from './errors.ts';
import start from './migrations/0001-start.sql' with { type: 'text' };
import sessionDevice from './migrations/0002-session-device.sql' with { type: 'text' };
import idsGivenOnce from './migrations/0003-ids-given-once.sql' with { type: 'text' };
import { refuseLostCommits, wasLeftOpen } from './wal-check.ts';

/** Step n migrates a database from version n to n + 1. Forward only; a released step never changes. */
export const MIGRATIONS: readonly string[] = [start, sessionDevice, idsGivenOnce];

/** In `meta` from the start of a move into this database until it is complete. */
export const UNFINISHED_MOVE = 'unfinished_move';

/** `Saln`: distinguishes Salon's databases from those of other programs. */
const APPLICATION_ID = 0x53616c6e;
const SECRET_BYTES = 32;
const FIRST_ROOMS = [
  ['general', 'General', 'What concerns everybody'],
  ['random', 'Random', 'Whatever comes to mind'],
  ['help', 'Help', 'Questions, and people who know'],
] as const;

/** Returns a database that is intact and has the present schema. Throws a StoreError. */
export function openSchema(
  file: string,
  migrations: readonly string[] = MIGRATIONS,
  unfinishedMove: 'refused' | 'allowed' = 'refused',
): Database {
  let db: Database | undefined;
  try {
    const unclean = wasLeftOpen(file);
    if (unclean) refuseLostCommits(file);
    db = openWriter(file);
    refuseForeign(db, file, migrations.length);
    prepareForWriting(db);
    if (unclean) recoverFromCrash(db, file);
    applyMigrations(db, file, migrations);
    if (unfinishedMove === 'refused') refuseUnfinishedMove(db, file);
    return db;
  } catch (error) {
    db?.close(true);
    throw error instanceof StoreError ? error : openError(file, error);
  }
}

/** Throws a StoreError when the file's structure is corrupt. Reads all of it. */
export function refuseCorrupt(db: Database, file: string): void {
  const findings = db.prepare<{ quick_check: string }, []>('PRAGMA quick_check(1)').all();
  const finding = findings[0]?.quick_check;
  if (finding !== 'ok') throw corruptError(file, (finding ?? 'no finding').replaceAll('\n', ' '));
}

/** Empties the WAL before the next commit, so that the rest of a torn commit is never taken for corruption. */
function recoverFromCrash(db: Database, file: string): void {
  refuseCorrupt(db, file);
  db.run('PRAGMA wal_checkpoint(TRUNCATE)');
}

function refuseForeign(db: Database, file: string, known: number): void {
  const version = readPragma(db, 'user_version');
  const tables = db.prepare<{ n: number }, []>('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0;
  if (tables > 0 && readPragma(db, 'application_id') !== APPLICATION_ID) {
    throw new StoreError(`${file} is a database of another program. Move it away, or choose another --data.`);
  }
  if (version > known) {
    throw new StoreError(
      `${file} was written by a newer Salon (its schema is ${version}, this one knows ${known}). Install the newer Salon, or restore a backup.`,
    );
  }
}

function refuseUnfinishedMove(db: Database, file: string): void {
  if (db.prepare('SELECT 1 FROM meta WHERE key = ?').get(UNFINISHED_MOVE) === null) return;
  throw new StoreError(`${file} holds a move that was not finished. Run salon move again, with the same arguments.`);
}

function applyMigrations(db: Database, file: string, migrations: readonly string[]): void {
  const version = readPragma(db, 'user_version');
  if (version === migrations.length) return;
  if (version > 0) writeBackup(db, backupPath(file, version));
  // A migration may rebuild a table that others refer to. Inside its transaction the pragma would have no effect.
  db.run('PRAGMA foreign_keys = OFF');
  for (const [step, sql] of migrations.entries()) {
    if (step >= version) applyMigration(db, step, sql);
  }
  db.run('PRAGMA foreign_keys = ON');
}

/** Beside the database: `salon-v1-20261122T120000000Z.db`. */
function backupPath(file: string, version: number): string {
  const moment = new Date().toISOString().replaceAll(/[-:.]/g, '');
  return `${file.replace(/\.db$/, '')}-v${version}-${moment}.db`;
}

function applyMigration(db: Database, step: number, sql: string): void {
  const apply = db.transaction(() => {
    db.run(sql);
    if (step === 0) seed(db);
    db.run(`PRAGMA user_version = ${step + 1}`);
  });
  apply.immediate();
}

function seed(db: Database): void {
  db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  const insertMeta = 'INSERT INTO meta (key, value) VALUES (?, ?)';
  db.run(insertMeta, ['epoch', randomUUID()]);
  db.run(insertMeta, ['secret', randomBytes(SECRET_BYTES)]);
  for (const [slug, name, topic] of FIRST_ROOMS) {
    const room = [slug, name, topic, Date.now()];
    db.run('INSERT INTO rooms (slug, name, topic, created_at) VALUES (?, ?, ?, ?)', room);
  }
}

function readPragma(db: Database, name: 'user_version' | 'application_id'): number {
  const row = db.prepare<Record<string, number>, []>(`PRAGMA ${name}`).get();
  return row?.[name] ?? 0;
}

function openError(file: string, error: unknown): StoreError {
  const why = describe(error);
  if (isCorruption(why)) return corruptError(file, why);
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(why)) {
    return new StoreError(`${file} cannot be opened for writing (${why}). Correct its owner and mode.`);
  }
  if (failureOf(error) === 'full') return new StoreError(`The disk of ${file} is full. Make room, then start again.`);
  if (failureOf(error) === 'busy') {
    return new StoreError(`${file} is locked by another program. Close that program, then start again.`);
  }
  return new StoreError(`${file} cannot be opened (${why}).`);
}
