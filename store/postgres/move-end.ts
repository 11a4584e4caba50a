/** PostgreSQL as one end of a move. */
import type { HistoryIdentity, MoveSource, MoveTarget } from '../move/end.ts';
import type { Cell, Column, Table, TableRow } from '../move/tables.ts';
import { StoreError } from '../store-error.ts';
import { DatabaseError } from './database/errors.ts';
import { refuseUnfit } from './database/guards.ts';
import { databaseName, openError } from './database/names.ts';
import { type PostgresConnection, PostgresPool, type Row, type Value } from './database/pool.ts';
import { columnNumber } from './database/rows.ts';
import { metaValue, openSchema, setMetaValue, UNFINISHED_MOVE } from './database/schema.ts';

const CONNECT_WITHIN_MS = 5_000;
const GONE_WITHIN_MS = 1_000;
const ASK_AGAIN_MS = 20;
const TYPES = { number: 'int8', text: 'text', bytes: 'bytea' } as const;
/** Those that other rows refer to go last. */
const EMPTIED = ['memberships', 'messages', 'sessions', 'rooms', 'users'];

/** Throws a StoreError: it cannot be had, or a server is using it. */
export async function openPostgresEnd(url: string): Promise<PostgresMoveEnd> {
  const name = databaseName(url);
  const pool = new PostgresPool({ url, connections: 1, prepared: false, application: 'salon move' });
  try {
    const connection = await pool.reserve(CONNECT_WITHIN_MS);
    await refuseUnfit(connection, name);
    await refuseRunning(connection, name);
    return new PostgresMoveEnd(name, pool, connection);
  } catch (error) {
    await pool.close(0);
    throw error instanceof DatabaseError ? openError(name, error) : error;
  }
}

export class PostgresMoveEnd implements MoveSource, MoveTarget {
  readonly name: string;
  readonly #pool: PostgresPool;
  readonly #connection: PostgresConnection;

  constructor(name: string, pool: PostgresPool, connection: PostgresConnection) {
    this.name = name;
    this.#pool = pool;
    this.#connection = connection;
  }

  async count(table: Table): Promise<number> {
    const [row] = await this.#connection.run(`SELECT count(*) AS n FROM ${table.name} WHERE $1`, [true]);
    return row === undefined ? 0 : columnNumber(row, 'n');
  }

  async page(table: Table, after: readonly Cell[] | null, limit: number): Promise<readonly TableRow[]> {
    const key = table.key.join(', ');
    const from = after === null ? '' : `WHERE (${key}) > (${after.map((_, index) => `$${index + 2}`).join(', ')})`;
    const text = `SELECT ${names(table)} FROM ${table.name} ${from} ORDER BY ${key} LIMIT $1`;
    const rows = await this.#connection.run(text, [limit, ...(after ?? [])]);
    return rows.map((row) => table.columns.map((column) => cellOf(row, column)));
  }

  async identity(): Promise<HistoryIdentity> {
    const [epoch, secret] = [await metaValue(this.#connection, 'epoch'), await metaValue(this.#connection, 'secret')];
    if (epoch === null || secret === null) throw new StoreError(`${this.name} holds no history of Salon.`);
    const setupTokenHash = await metaValue(this.#connection, 'setup_token_hash');
    return { epoch, secret: new Uint8Array(Buffer.from(secret, 'base64')), setupTokenHash };
  }

  async start(): Promise<void> {
    await openSchema(this.#connection, this.name, { unfinished: 'allowed' });
    const isUnfinished = (await metaValue(this.#connection, UNFINISHED_MOVE)) !== null;
    if (!isUnfinished && !(await this.#isFresh())) {
      throw new StoreError(`${this.name} is not empty. Name a database that nothing was written to.`);
    }
    await setMetaValue(this.#connection, UNFINISHED_MOVE, 'yes');
    for (const table of EMPTIED) await this.#connection.command(`DELETE FROM ${table}`);
  }

  async insert(table: Table, rows: readonly TableRow[]): Promise<void> {
    const arrays = table.columns.map((column, index) => `$${index + 1}::${TYPES[column.type]}[]`).join(', ');
    const values: Value[] = table.columns.map((_, index) => rows.map((row) => row[index] ?? null));
    await this.#connection.run(`INSERT INTO ${table.name} (${names(table)}) SELECT * FROM unnest(${arrays})`, values);
  }

  async finish({ epoch, secret, setupTokenHash }: HistoryIdentity): Promise<void> {
    await this.#connection.command('BEGIN');
    await this.#connection.command(
      `UPDATE rooms SET last_seq = coalesce((SELECT max(seq) FROM messages WHERE room_id = id), 0)`,
    );
    for (const table of ['users', 'rooms']) {
      await this.#connection.command(
        `SELECT setval(pg_get_serial_sequence('${table}', 'id'), greatest((SELECT max(id) FROM ${table}), 1))`,
      );
    }
    await setMetaValue(this.#connection, 'epoch', epoch);
    await setMetaValue(this.#connection, 'secret', Buffer.from(secret).toString('base64'));
    if (setupTokenHash !== null) await setMetaValue(this.#connection, 'setup_token_hash', setupTokenHash);
    await this.#connection.run('DELETE FROM meta WHERE key = $1', [UNFINISHED_MOVE]);
    await this.#connection.command('COMMIT; ANALYZE');
  }

  async close(): Promise<void> {
    this.#connection.release();
    await this.#pool.close(0);
  }

  async #isFresh(): Promise<boolean> {
    const text = `SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM messages) +
      (SELECT count(*) FROM rooms WHERE created_by IS NOT NULL OR head > 0) AS n WHERE $1`;
    const [row] = await this.#connection.run(text, [true]);
    return row !== undefined && columnNumber(row, 'n') === 0;
  }
}

/** The connections of a process that was just stopped may stand there for a moment. */
async function refuseRunning(connection: PostgresConnection, name: string): Promise<void> {
  const until = performance.now() + GONE_WITHIN_MS;
  while ((await othersHere(connection)) > 0) {
    if (performance.now() > until) {
      throw new StoreError(`${name} is in use by a running Salon. Stop every process of it, then move.`);
    }
    await Bun.sleep(ASK_AGAIN_MS);
  }
}

async function othersHere(connection: PostgresConnection): Promise<number> {
  const text = `SELECT count(*) AS n FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'salon' AND pid <> pg_backend_pid() AND $1`;
  const [row] = await connection.run(text, [true]);
  return row === undefined ? 0 : columnNumber(row, 'n');
}

function names(table: Table): string {
  return table.columns.map((column) => column.name).join(', ');
}

function cellOf(row: Row, { name, type }: Column): Cell {
  const value = row[name];
  if (value === null) return null;
  if (type === 'number') return columnNumber(row, name);
  if (type === 'text' && typeof value === 'string') return value;
  if (type === 'bytes' && value instanceof Uint8Array) return value;
  throw new TypeError(`column ${name} is no ${type}`);
}
