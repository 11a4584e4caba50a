/** The connection that the store reads by, and its questions. */
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

/** After a clean stop the file is looked through late: damage may be met first here, and is a StoreError then. */
function withCorruptionCheck<Answer>(reading: () => Answer): Answer {
  try {
    return reading();
  } catch (error) {
    throw corruptionOf(error) ?? error;
  }
}
