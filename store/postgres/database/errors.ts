/** What a failure of PostgreSQL, or of the way to it, means for the batch or the read that met it. */

/** The pool's own form of every error of its client. The message holds no value of a row. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    message: string,
    /** SQLSTATE, the five characters by which PostgreSQL names an error; null when the server did not answer. */
    readonly state: string | null,
  ) {
    super(state === null ? message : `${state}: ${message}`);
  }
}

/**
 * - `row`: one write cannot be done; the others of its batch can.
 * - `again`: the transaction is undone and may be tried at once (deadlock, lock time-out, a plan that became stale).
 * - `away`: the connection is lost or the server takes none now; what was under way may have been committed.
 * - `full`: the server's disk is full; nothing was kept.
 */
export type Failure = 'row' | 'again' | 'away' | 'full';

const AGAIN = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available: lock_timeout
  '57014', // query_canceled: statement_timeout
  '0A000', // "cached plan must not change result type" inside a transaction
  '26000', // the backend does not know the prepared statement
]);
/** Besides all of class 08 (connection): the server stops, starts, is a replica, or has no connection or memory to give. */
const AWAY = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '53200', '25P03', '25006']);
const FULL = new Set(['53100']);

export function failureOf(error: unknown): Failure {
  if (!(error instanceof DatabaseError)) return 'row';
  const { state } = error;
  if (state === null || AWAY.has(state) || state.startsWith('08')) return 'away';
  if (AGAIN.has(state)) return 'again';
  return FULL.has(state) ? 'full' : 'row';
}
