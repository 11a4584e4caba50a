/** The store's read-only connection, and its queries. */
import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite';
import { openReader } from './connection.ts';
import { corruptionOf } from './errors.ts';

export class Reader {
  readonly #db: Database;

  constructor(file: string) {
    this.#db = openReader(file);
  }

  prepare<Row, Bound extends SQLQueryBindings[]>(sql: string): Query<Row, Bound> {
    return new Query(withCorruptionCheck(() => this.#db.prepare<Row, SQLQueryBindings[]>(sql)));
  }

  close(): void {
    this.#db.close(true);
  }
}

export class Query<Row, Bound extends SQLQueryBindings[]> {
  readonly #statement: Statement<Row, SQLQueryBindings[]>;

  constructor(statement: Statement<Row, SQLQueryBindings[]>) {
    this.#statement = statement;
  }

  get(...bound: Bound): Row | null {
    return withCorruptionCheck(() => this.#statement.get(...bound));
  }

  all(...bound: Bound): Row[] {
    return withCorruptionCheck(() => this.#statement.all(...bound));
  }
}

/** After a clean stop the file is checked late: a read may be the first to meet corruption, and throws a StoreError. */
function withCorruptionCheck<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw corruptionOf(error) ?? error;
  }
}
