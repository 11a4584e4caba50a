/** Whether this server can keep what store.ts promises. Each refusal is one line that names the mend. */
import { StoreError } from '../../store-error.ts';
import type { PostgresConnection, PostgresPool } from './pool.ts';
import { columnNumber, columnText } from './rows.ts';

const OLDEST_VERSION = 15;
const RESERVE_WITHIN_MS = 5_000;

const FACTS = `SELECT current_setting('server_version_num')::int4 AS version, current_setting('server_encoding') AS encoding,
  current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
  current_setting('synchronous_commit') AS synchronous_commit, pg_is_in_recovery() AS is_replica,
  current_setting('default_transaction_read_only') AS read_only WHERE $1`;

/** Throws a StoreError. */
export async function refuseUnfit(connection: PostgresConnection, name: string): Promise<void> {
  const [facts] = await connection.run(FACTS, [true]);
  if (facts === undefined) throw new Error('PostgreSQL did not describe itself');
  const version = Math.floor(columnNumber(facts, 'version') / 10_000);
  if (version < OLDEST_VERSION) {
    throw new StoreError(`${name} is PostgreSQL ${version}; Salon needs ${OLDEST_VERSION} or newer. Upgrade it.`);
  }
  const encoding = columnText(facts, 'encoding');
  if (encoding !== 'UTF8') {
    throw new StoreError(`${name} has the encoding ${encoding}. Make the database anew with ENCODING 'UTF8'.`);
  }
  if (facts.is_replica === true || columnText(facts, 'read_only') === 'on') {
    throw new StoreError(`${name} takes no writes (a replica, or read-only). Name the primary in DATABASE_URL.`);
  }
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (columnText(facts, setting) === 'off') {
      throw new StoreError(
        `${name} runs with ${setting} off and would lose messages that were acknowledged. Set ${setting} = on.`,
      );
    }
  }
}

/**
 * Whether two connections of ours were given the same backend, as a pooler does between transactions. Prepared
 * statements are unsafe there: one that does not follow them answers another statement, without an error.
 */
export async function isBehindPooler(pool: PostgresPool): Promise<boolean> {
  const [idle, busy] = await Promise.all([pool.reserve(RESERVE_WITHIN_MS), pool.reserve(RESERVE_WITHIN_MS)]);
  try {
    const before = await backendOf(idle);
    await busy.command('BEGIN');
    const during = await backendOf(busy);
    const after = await backendOf(idle);
    await busy.command('ROLLBACK');
    return before === during || before !== after;
  } finally {
    idle.release();
    busy.release();
  }
}

async function backendOf(connection: PostgresConnection): Promise<number> {
  const [row] = await connection.run('SELECT pg_backend_pid() AS pid WHERE $1', [true]);
  return row === undefined ? 0 : columnNumber(row, 'pid');
}
