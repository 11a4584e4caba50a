/** Writes one batch after the other, through whatever happens to the database meanwhile. */
import { randomUUID } from 'node:crypto';
import type { Write, WriteAnswer } from '../../writes/commands.ts';
import { type Failure, failureOf } from '../database/errors.ts';
import type { PostgresConnection, PostgresPool } from '../database/pool.ts';
import { columnNumber } from '../database/rows.ts';
import { NonceKnown } from './post-writes.ts';
import { type Care, CommitUnknown, commitBatch } from './transaction.ts';

/** A batch that the database does not take within this time is refused: its writers are told to try again. */
const GIVE_UP_MS = 5_000;
/** Between two tries while the server is away. */
const PAUSE_MS = 50;

/** What a process that was killed left behind is removed after so long. */
const FORGET_AFTER_MS = 30 * 24 * 3_600_000;
const REGISTER = 'INSERT INTO writers (id, batch, at) VALUES ($1, 0, $2)';
const FORGET = 'DELETE FROM writers WHERE at < $1';
const LEAVE = 'DELETE FROM writers WHERE id = $1';
/** Waits for a transaction of ours that the server has not given up yet: then the answer is the last word. */
const LOOK = 'SELECT batch FROM writers WHERE id = $1 FOR UPDATE';

export class PostgresWriter {
  readonly #pool: PostgresPool;
  readonly #failed: (error: unknown) => void;
  readonly #id = randomUUID();
  #connection: PostgresConnection | null = null;
  #batches = 0;

  /** `failed` is told of each failure that is not the network's or the server's alone. */
  constructor(pool: PostgresPool, failed: (error: unknown) => void) {
    this.#pool = pool;
    this.#failed = failed;
  }

  /** Before the first batch: its mark can only be waited for in a row that is there. */
  async open(): Promise<void> {
    const now = Date.now();
    await this.#bounded(performance.now() + GIVE_UP_MS, async (connection) => {
      await connection.run(FORGET, [now - FORGET_AFTER_MS]);
      await connection.run(REGISTER, [this.#id, now]);
    });
  }

  /** Never rejects. After `refused` nothing of the batch was kept, or a repeat under the same nonces finds it. */
  async write(batch: readonly Write[]): Promise<WriteAnswer> {
    const until = performance.now() + GIVE_UP_MS;
    let care: Care = 'fast';
    for (;;) {
      const answer = await this.#attempt(batch, care, until);
      if (typeof answer !== 'string') return answer;
      if (answer === 'full') return { kind: 'refused', code: 'storage_full' };
      if (performance.now() >= until || (answer === 'row' && care === 'apart'))
        return { kind: 'refused', code: 'busy' };
      if (answer === 'nonce known') care = 'lookup';
      if (answer === 'row') care = 'apart';
      if (answer === 'away') await Bun.sleep(PAUSE_MS);
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    await connection?.run(LEAVE, [this.#id]).catch(() => {});
    connection?.release();
  }

  async #attempt(batch: readonly Write[], care: Care, until: number): Promise<WriteAnswer | Failure | 'nonce known'> {
    const at = Date.now();
    this.#batches += 1;
    const mark = { writer: this.#id, number: this.#batches };
    try {
      const outcomes = await this.#bounded(until, (connection) => commitBatch(connection, batch, at, care, mark));
      return { kind: 'committed', at, outcomes };
    } catch (error) {
      if (error instanceof NonceKnown) return 'nonce known';
      if (!(error instanceof CommitUnknown)) return this.#failure(error);
      const isKept = await this.#wasCommitted(mark.number, until);
      return isKept ? { kind: 'committed', at, outcomes: error.outcomes } : 'away';
    }
  }

  #failure(error: unknown): Failure {
    const failure = failureOf(error);
    if (failure === 'row') this.#failed(error);
    return failure;
  }

  /** Asks until it is known, or the time is over: then it counts as not kept, and a repeat finds it if it was. */
  async #wasCommitted(number: number, until: number): Promise<boolean> {
    while (performance.now() < until) {
      try {
        const [row] = await this.#bounded(until, (connection) => connection.run(LOOK, [this.#id]));
        return row !== undefined && columnNumber(row, 'batch') === number;
      } catch (error) {
        this.#failure(error);
        await Bun.sleep(PAUSE_MS);
      }
    }
    return false;
  }

  /** On the writer's own connection, which is given up when the server does not answer in time. */
  async #bounded<T>(until: number, use: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const connection = this.#connection ?? (await this.#pool.reserve(Math.max(1, until - performance.now())));
    this.#connection = connection;
    const timer = setTimeout(() => this.#drop(connection), Math.max(1, until - performance.now()));
    try {
      return await use(connection);
    } catch (error) {
      if (failureOf(error) === 'away' || error instanceof CommitUnknown) this.#drop(connection);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #drop(connection: PostgresConnection): void {
    if (this.#connection === connection) this.#connection = null;
    connection.destroy();
  }
}
