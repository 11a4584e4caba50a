/** Reads outside a transaction, each within a bound of time. */
import { Refusal } from '../../../protocol/refusals.ts';
import { failureOf } from './errors.ts';
import type { PostgresPool, Row, Value } from './pool.ts';

/** Longer than any read takes that is answered at all. */
const READ_WITHIN_MS = 5_000;
/** When it is worth asking again. */
const RETRY_MS = 1_000;

export class PostgresReader {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  /** Throws a Refusal (`busy`) while the database cannot be reached: it says nothing about the rows. */
  async all(text: string, values: readonly Value[]): Promise<readonly Row[]> {
    try {
      return await this.#pool.query(text, values, READ_WITHIN_MS);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'row') throw error;
      throw new Refusal('busy', RETRY_MS);
    }
  }

  async first(text: string, values: readonly Value[]): Promise<Row | null> {
    return (await this.all(text, values))[0] ?? null;
  }
}
