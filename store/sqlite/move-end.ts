/** SQLite as one end of a move. */
import type { Database, SQLQueryBindings } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryIdentity, MoveSource, MoveTarget } from '../move/end.ts';
import type { Cell, Table, TableRow } from '../move/tables.ts';
import { StoreError } from '../store-error.ts';
import { claimDataDirectory, type DataDirectory } from './data-directory.ts';
import { openReader } from './database/connection.ts';
import { MIGRATIONS, openSchema, UNFINISHED_MOVE } from './database/schema.ts';

/** Those that other rows refer to go last. */
const EMPTIED = ['memberships', 'messages', 'sessions', 'rooms', 'users'];

/** Only read. Throws a StoreError: there is none, it is in use, or it is of another version. */
export function openSqliteSource(data: string): MoveSource {
  if (!existsSync(join(data, 'salon.db'))) throw new StoreError(`${data} holds no salon.db. Name the data directory.`);
  const directory = claimDataDirectory(data);
  try {
    const db = openReader(directory.database);
    const version = db.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version;
    if (version !== MIGRATIONS.length) {
      throw new StoreError(
        `${directory.database} is of another version. Start this Salon on it once, stop it, then move.`,
      );
    }
    return new SqliteMoveEnd(data, directory, db);
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** Made if it is missing. */
export function openSqliteTarget(data: string): MoveTarget {
  const directory = claimDataDirectory(data);
  try {
    return new SqliteMoveEnd(data, directory, openSchema(directory.database, MIGRATIONS, 'allowed'));
  } catch (error) {
    directory.release();
    throw error;
  }
}

class SqliteMoveEnd implements MoveSource, MoveTarget {
  readonly name: string;
  readonly #directory: DataDirectory;
  readonly #db: Database;

  constructor(name: string, directory: DataDirectory, db: Database) {
    this.name = name;
    this.#directory = directory;
    this.#db = db;
  }

  /** A drill's room and people have negative ids: they are nobody's history. */
  async count(table: Table): Promise<number> {
    const text = `SELECT count(*) AS n FROM ${table.name} WHERE ${kept(table)}`;
    return this.#db.query<{ n: number }, []>(text).get()?.n ?? 0;
  }

  async page(table: Table, after: readonly Cell[] | null, limit: number): Promise<readonly TableRow[]> {
    const key = table.key.join(', ');
    const from = after === null ? '' : `AND (${key}) > (${after.map(() => '?').join(', ')})`;
    const text = `SELECT ${names(table)} FROM ${table.name} WHERE ${kept(table)} ${from} ORDER BY ${key} LIMIT ?`;
    const rows: unknown[][] = this.#db.query<unknown, SQLQueryBindings[]>(text).values(...(after ?? []), limit);
    return rows.map((row) => row.map(cellOf));
  }

  async identity(): Promise<HistoryIdentity> {
    const [epoch, secret, token] = ['epoch', 'secret', 'setup_token_hash'].map((key) => this.#metaValue(key));
    if (typeof epoch !== 'string' || !(secret instanceof Uint8Array)) {
      throw new StoreError(`${this.name} holds no history of Salon.`);
    }
    return { epoch, secret, setupTokenHash: typeof token === 'string' ? token : null };
  }

  async start(): Promise<void> {
    if (this.#metaValue(UNFINISHED_MOVE) === null && !this.#isFresh()) {
      throw new StoreError(`${this.name} is not empty. Name a directory that nothing was written to.`);
    }
    this.#db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', [UNFINISHED_MOVE, 'yes']);
    for (const table of EMPTIED) this.#db.run(`DELETE FROM ${table}`);
  }

  async insert(table: Table, rows: readonly TableRow[]): Promise<void> {
    const places = table.columns.map(() => '?').join(', ');
    const insert = this.#db.prepare(`INSERT INTO ${table.name} (${names(table)}) VALUES (${places})`);
    this.#db.transaction(() => {
      for (const row of rows) insert.run(...row);
    })();
  }

  async finish({ epoch, secret, setupTokenHash }: HistoryIdentity): Promise<void> {
    const keep = this.#db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');
    this.#db.transaction(() => {
      keep.run('epoch', epoch);
      keep.run('secret', secret);
      if (setupTokenHash !== null) keep.run('setup_token_hash', setupTokenHash);
      this.#db.run('DELETE FROM meta WHERE key = ?', [UNFINISHED_MOVE]);
    })();
    this.#db.run('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async close(): Promise<void> {
    this.#db.close(true);
    this.#directory.release();
  }

  #isFresh(): boolean {
    const text = `SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM messages) +
      (SELECT count(*) FROM rooms WHERE created_by IS NOT NULL OR head > 0) AS n`;
    return this.#db.query<{ n: number }, []>(text).get()?.n === 0;
  }

  #metaValue(key: string): unknown {
    return this.#db.query<{ value: unknown }, [string]>('SELECT value FROM meta WHERE key = ?').get(key)?.value ?? null;
  }
}

function names(table: Table): string {
  return table.columns.map((column) => column.name).join(', ');
}

function kept(table: Table): string {
  const numbers = table.columns.map((column) => column.name).filter((name) => /^(id|room_id|user_id)$/.test(name));
  return numbers.map((name) => `${name} > 0`).join(' AND ');
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array)
    return value;
  throw new TypeError('a cell is of no known type');
}
