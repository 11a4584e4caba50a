/** Makes the tables in an empty database, brings older ones up to date, refuses foreign or newer ones. */
import { randomBytes, randomUUID } from 'node:crypto';
import { StoreError } from '../../store-error.ts';
import start from './migrations/0001-start.sql' with { type: 'text' };
import type { PostgresConnection } from './pool.ts';
import { columnNumber, columnText } from './rows.ts';

/** Step n brings a database from version n to n + 1. Forward only; a step that was released never changes. */
export const MIGRATIONS: readonly string[] = [start];

/** `Saln`: whoever changes the tables of one database waits for the others by this number. */
const LOCK = 0x53616c6e;
/** In `meta` from the start of a move into this database until it is complete. */
export const UNFINISHED_MOVE = 'unfinished_move';
const SECRET_BYTES = 32;
const FIRST_ROOMS = [
  ['general', 'General', 'What concerns everybody'],
  ['random', 'Random', 'Whatever comes to mind'],
  ['help', 'Help', 'Questions, and people who know'],
] as const;

/** Which cluster and database this is: a copy of either, put back from a dump or an archive, is another one. */
const PLACE = `SELECT concat_ws('-', (SELECT system_identifier FROM pg_control_system()),
  (SELECT timeline_id FROM pg_control_checkpoint()), (SELECT oid FROM pg_database WHERE datname = current_database())) AS place
  WHERE $1`;

export interface Identity {
  readonly epoch: string;
  readonly secret: Uint8Array;
}

/** Processes that start at once wait for each other here. Throws a StoreError. */
export async function openSchema(
  connection: PostgresConnection,
  name: string,
  { unfinished = 'refused' }: { readonly unfinished?: 'refused' | 'allowed' } = {},
): Promise<Identity> {
  await connection.command(`BEGIN; SELECT pg_advisory_xact_lock(${LOCK})`);
  try {
    const version = await versionOf(connection, name);
    if (version > MIGRATIONS.length) {
      throw new StoreError(
        `${name} was written by a newer Salon (its schema is ${version}, this one knows ${MIGRATIONS.length}). Install the newer Salon.`,
      );
    }
    for (const sql of MIGRATIONS.slice(version)) await connection.command(sql);
    if (version === 0) await seed(connection);
    if (unfinished === 'refused') await refuseUnfinishedMove(connection, name);
    await setMetaValue(connection, 'schema_version', String(MIGRATIONS.length));
    const identity = await identityHere(connection);
    await connection.command('COMMIT');
    return identity;
  } catch (error) {
    await connection.command('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function versionOf(connection: PostgresConnection, name: string): Promise<number> {
  const tables = `SELECT to_regclass('meta') IS NOT NULL AS ours, count(*) AS n FROM pg_tables
    WHERE schemaname = ANY(current_schemas(false)) AND tablename = ANY($1)`;
  const [row] = await connection.run(tables, [['meta', 'users', 'sessions', 'rooms', 'messages', 'memberships']]);
  if (row === undefined || columnNumber(row, 'n') === 0) return 0;
  const version = row.ours === true ? await metaValue(connection, 'schema_version').catch(() => null) : null;
  if (version === null) {
    throw new StoreError(`${name} holds tables of another program. Make a database for Salon alone.`);
  }
  return Number(version);
}

async function refuseUnfinishedMove(connection: PostgresConnection, name: string): Promise<void> {
  if ((await metaValue(connection, UNFINISHED_MOVE)) === null) return;
  throw new StoreError(`${name} holds a move that was not finished. Run salon move again, with the same arguments.`);
}

async function seed(connection: PostgresConnection): Promise<void> {
  await setMetaValue(connection, 'epoch', randomUUID());
  await setMetaValue(connection, 'secret', randomBytes(SECRET_BYTES).toString('base64'));
  await setMetaValue(connection, 'place', await placeOf(connection));
  for (const [slug, room, topic] of FIRST_ROOMS) {
    const text = 'INSERT INTO rooms (slug, name, topic, created_at) VALUES ($1, $2, $3, $4)';
    await connection.run(text, [slug, room, topic, Date.now()]);
  }
}

/** A history that was put back is no continuation of what clients know: it gets an epoch of its own. */
async function identityHere(connection: PostgresConnection): Promise<Identity> {
  const place = await placeOf(connection);
  if ((await metaValue(connection, 'place')) !== place) {
    await setMetaValue(connection, 'epoch', randomUUID());
    await setMetaValue(connection, 'place', place);
  }
  const [epoch, secret] = [await metaValue(connection, 'epoch'), await metaValue(connection, 'secret')];
  if (epoch === null || secret === null) throw new Error('the database has no identity');
  return { epoch, secret: new Uint8Array(Buffer.from(secret, 'base64')) };
}

async function placeOf(connection: PostgresConnection): Promise<string> {
  const [row] = await connection.run(PLACE, [true]);
  if (row === undefined) throw new Error('PostgreSQL did not say which database this is');
  return columnText(row, 'place');
}

export async function metaValue(connection: PostgresConnection, key: string): Promise<string | null> {
  const [row] = await connection.run('SELECT value FROM meta WHERE key = $1', [key]);
  return row === undefined ? null : columnText(row, 'value');
}

export async function setMetaValue(connection: PostgresConnection, key: string, value: string): Promise<void> {
  const text = 'INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
  await connection.run(text, [key, value]);
}
