/** Making and changing users, starting and ending sessions, inside the writer's transaction. */
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';
import type { PostgresConnection, Row } from '../database/pool.ts';
import { columnText, USER_COLUMNS, userOf } from '../database/rows.ts';
import type { TransactionLocks } from './locks.ts';

const DONE: WriteOutcome = { kind: 'done' };
const INSERT_USER = `INSERT INTO users (name, name_key, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (name_key) DO NOTHING RETURNING ${USER_COLUMNS}`;
const KEEP_SETUP_TOKEN = `INSERT INTO meta (key, value) VALUES ('setup_token_hash', $1)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
const LOCK_SETUP_TOKEN = `SELECT value FROM meta WHERE key = 'setup_token_hash' AND value = $1 FOR UPDATE`;
const INSERT_SESSION = `INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, device)
  VALUES ($1, $2, $3, $3, $4, $5)`;

export class AccountWrites {
  readonly #connection: PostgresConnection;
  readonly #locks: TransactionLocks;
  readonly #at: number;

  constructor(connection: PostgresConnection, locks: TransactionLocks, at: number) {
    this.#connection = connection;
    this.#locks = locks;
    this.#at = at;
  }

  async createUser(write: WriteOf<'user.create'>): Promise<WriteOutcome> {
    const [, name, nameKey, passwordHash, role, setupToken] = write;
    if (setupToken !== undefined && !(await this.#lockSetupToken(setupToken))) return { kind: 'invalid_token' };
    const [row] = await this.#connection.run(INSERT_USER, [name, nameKey, passwordHash, role, this.#at]);
    if (row === undefined) return { kind: 'taken' };
    if (role === 'administrator') await this.#deleteSetupToken();
    return { kind: 'user', user: userOf(row) };
  }

  async setPassword([, id, passwordHash]: WriteOf<'user.password'>): Promise<WriteOutcome> {
    await this.#connection.run('UPDATE users SET password_hash = $2 WHERE id = $1', [id, passwordHash]);
    return DONE;
  }

  async setRole([, id, role]: WriteOf<'user.role'>): Promise<WriteOutcome> {
    await this.#connection.run('UPDATE users SET role = $2 WHERE id = $1', [id, role]);
    if (role === 'administrator') await this.#deleteSetupToken();
    return DONE;
  }

  async setDisabled([, id, disabled]: WriteOf<'user.disabled'>): Promise<WriteOutcome> {
    await this.#connection.run('UPDATE users SET disabled_at = $2 WHERE id = $1', [id, disabled ? this.#at : null]);
    this.#locks.setEnabled(id, !disabled);
    if (!disabled) return { kind: 'ended', tokenHashes: [] };
    return ended(await this.#connection.run('DELETE FROM sessions WHERE user_id = $1 RETURNING token_hash', [id]));
  }

  async setSetupTokenHash([, tokenHash]: WriteOf<'user.setupToken'>): Promise<WriteOutcome> {
    if (tokenHash === null) await this.#deleteSetupToken();
    else await this.#connection.run(KEEP_SETUP_TOKEN, [tokenHash]);
    return DONE;
  }

  /** Removes everybody's expired ones, so that they cannot pile up. */
  async createSession([, tokenHash, userId, expiresAt, device]: WriteOf<'session.create'>): Promise<WriteOutcome> {
    await this.#connection.run('DELETE FROM sessions WHERE expires_at <= $1', [this.#at]);
    await this.#connection.run(INSERT_SESSION, [tokenHash, userId, this.#at, expiresAt, device]);
    return DONE;
  }

  async touchSession([, tokenHash, expiresAt]: WriteOf<'session.touch'>): Promise<WriteOutcome> {
    const values = [tokenHash, this.#at, expiresAt];
    await this.#connection.run('UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE token_hash = $1', values);
    return DONE;
  }

  async endSession([, tokenHash]: WriteOf<'session.end'>): Promise<WriteOutcome> {
    await this.#connection.run('DELETE FROM sessions WHERE token_hash = $1', [tokenHash]);
    return DONE;
  }

  async endOtherSessions([, userId, keep]: WriteOf<'session.endOthers'>): Promise<WriteOutcome> {
    const text = 'DELETE FROM sessions WHERE user_id = $1 AND token_hash IS DISTINCT FROM $2 RETURNING token_hash';
    return ended(await this.#connection.run(text, [userId, keep]));
  }

  /** False when it is no longer this one. Locked: of two processes that use it at once, one makes an account. */
  async #lockSetupToken(tokenHash: string): Promise<boolean> {
    return (await this.#connection.run(LOCK_SETUP_TOKEN, [tokenHash])).length > 0;
  }

  async #deleteSetupToken(): Promise<void> {
    await this.#connection.run('DELETE FROM meta WHERE key = $1', ['setup_token_hash']);
  }
}

function ended(rows: readonly Row[]): WriteOutcome {
  return { kind: 'ended', tokenHashes: rows.map((row) => columnText(row, 'token_hash')) };
}
