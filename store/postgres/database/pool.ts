/** The one file that knows the runtime's PostgreSQL client, so that another one could take its place. */
import { type ReservedSQL, SQL } from 'bun';
import { DatabaseError } from './errors.ts';

/** What a statement may be given. Arrays become arrays of PostgreSQL; times and numbers are int8 there. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | Uint8Array | null)[];

/** int8 comes as text: no number of the database is cut off. `Number()` it where it is one of ours. */
export type Row = Readonly<Record<string, unknown>>;

export interface PoolOptions {
  readonly url: string;
  readonly connections: number;
  /** Off behind a pooler that gives a connection another backend between two statements. */
  readonly prepared: boolean;
  /** As which it stands in pg_stat_activity. */
  readonly application?: string;
}

/** How long a server may take to greet: it is given up afterwards, and asked again by whoever needs it. */
const CONNECT_WITHIN_S = 5;

export class PostgresPool {
  readonly #options: PoolOptions;
  #sql: SQL;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#sql = open(options);
  }

  /**
   * On any connection, outside a transaction. A server that does not answer within `withinMs` is given up: everything
   * under way on this pool rejects, and the next query finds new connections. Rejects with a DatabaseError.
   */
  async query(text: string, values: readonly Value[], withinMs: number): Promise<readonly Row[]> {
    const sql = this.#sql;
    const timer = setTimeout(() => this.#replace(sql), withinMs);
    try {
      return await sql.unsafe<Row[]>(text, [...values]);
    } catch (error) {
      throw ownError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A connection for one user alone, until it is released. Rejects when there is none within `withinMs`. */
  async reserve(withinMs: number): Promise<PostgresConnection> {
    try {
      return new PostgresConnection(await this.#sql.reserve({ signal: AbortSignal.timeout(withinMs) }));
    } catch (error) {
      throw ownError(error);
    }
  }

  /** What is under way ends first, but for `withinMs` at most. */
  async close(withinMs: number): Promise<void> {
    await this.#sql.close({ timeout: withinMs / 1_000 });
  }

  #replace(given: SQL): void {
    if (given !== this.#sql) return;
    this.#sql = open(this.#options);
    void given.close({ timeout: 0 });
  }
}

export class PostgresConnection {
  readonly #sql: ReservedSQL;

  constructor(sql: ReservedSQL) {
    this.#sql = sql;
  }

  /** One statement with parameters. Several that are asked for at once go out together and are answered in order. */
  run(text: string, values: readonly Value[]): Promise<readonly Row[]> {
    return this.#sql.unsafe<Row[]>(text, [...values]).then((rows) => rows, rejectWithOwn);
  }

  /** One or more statements without parameters or results. */
  async command(text: string): Promise<void> {
    await this.#sql.unsafe(text).then(() => {}, rejectWithOwn);
  }

  release(): void {
    this.#sql.release();
  }

  /** At once: what is under way rejects, also when the server has stopped answering. */
  destroy(): void {
    void this.#sql.close({ timeout: 0 }).catch(() => {});
  }
}

function open({ url, connections, prepared, application = 'salon' }: PoolOptions): SQL {
  return new SQL(url, {
    max: connections,
    prepare: prepared,
    connectionTimeout: CONNECT_WITHIN_S,
    connection: { application_name: application },
  });
}

function rejectWithOwn(error: unknown): never {
  throw ownError(error);
}

/** `detail` and `where` quote values of rows: they are left behind. */
function ownError(error: unknown): unknown {
  if (error instanceof DOMException) return new DatabaseError('no connection became free in time', null);
  if (!(error instanceof SQL.SQLError)) return error;
  if (!(error instanceof SQL.PostgresError)) return new DatabaseError(error.message, null);
  if (typeof error.errno === 'string') return new DatabaseError(error.message, error.errno);
  return error.code.startsWith('ERR_POSTGRES_CONNECTION') ? new DatabaseError(error.message, null) : error;
}
