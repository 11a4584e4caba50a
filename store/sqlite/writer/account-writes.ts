/** Writes to users and sessions, inside the writer's transaction. */
import type { Database, Statement } from 'bun:sqlite';
import type { Role, User } from '../../store.ts';
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';
import { USER_COLUMNS } from '../database/columns.ts';

const DONE: WriteOutcome = { kind: 'done' };

export class UserWrites {
  readonly #insert: Statement<User, [string, string, string, Role, number]>;
  readonly #setPassword: Statement<unknown, [string, number]>;
  readonly #setRole: Statement<unknown, [Role, number]>;
  readonly #setDisabled: Statement<unknown, [number | null, number]>;
  readonly #endSessions: Statement<{ tokenHash: string }, [number]>;
  readonly #setupToken: Statement<{ value: string }, []>;
  readonly #setSetupToken: Statement<unknown, [string]>;
  readonly #deleteSetupToken: Statement<unknown, []>;

  constructor(db: Database) {
    this.#insert = db.prepare(`INSERT INTO users (name, name_key, password_hash, role, created_at)
      VALUES (?, ?, ?, ?, ?) ON CONFLICT (name_key) DO NOTHING RETURNING ${USER_COLUMNS}`);
    this.#setPassword = db.prepare('UPDATE users SET password_hash = ? WHERE id = ?');
    this.#setRole = db.prepare('UPDATE users SET role = ? WHERE id = ?');
    this.#setDisabled = db.prepare('UPDATE users SET disabled_at = ? WHERE id = ?');
    this.#endSessions = db.prepare('DELETE FROM sessions WHERE user_id = ? RETURNING token_hash AS tokenHash');
    this.#setupToken = db.prepare(`SELECT value FROM meta WHERE key = 'setup_token_hash'`);
    this.#setSetupToken = db.prepare(`INSERT INTO meta (key, value) VALUES ('setup_token_hash', ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
    this.#deleteSetupToken = db.prepare(`DELETE FROM meta WHERE key = 'setup_token_hash'`);
  }

  create([, name, nameKey, passwordHash, role, setupToken]: WriteOf<'user.create'>, at: number): WriteOutcome {
    if (setupToken !== undefined && this.#setupToken.get()?.value !== setupToken) return { kind: 'invalid_token' };
    const user = this.#insert.get(name, nameKey, passwordHash, role, at);
    if (user === null) return { kind: 'taken' };
    if (role === 'administrator') this.#deleteSetupToken.run();
    return { kind: 'user', user };
  }

  setPassword([, id, passwordHash]: WriteOf<'user.password'>): WriteOutcome {
    this.#setPassword.run(passwordHash, id);
    return DONE;
  }

  setRole([, id, role]: WriteOf<'user.role'>): WriteOutcome {
    this.#setRole.run(role, id);
    if (role === 'administrator') this.#deleteSetupToken.run();
    return DONE;
  }

  setDisabled([, id, disabled]: WriteOf<'user.disabled'>, at: number): WriteOutcome {
    this.#setDisabled.run(disabled ? at : null, id);
    const ended = disabled ? this.#endSessions.all(id) : [];
    return { kind: 'ended', tokenHashes: ended.map((session) => session.tokenHash) };
  }

  setSetupTokenHash([, tokenHash]: WriteOf<'user.setupToken'>): WriteOutcome {
    if (tokenHash === null) this.#deleteSetupToken.run();
    else this.#setSetupToken.run(tokenHash);
    return DONE;
  }
}

export class SessionWrites {
  readonly #deleteExpired: Statement<unknown, [number]>;
  readonly #insert: Statement<unknown, [string, number, number, number, string]>;
  readonly #touch: Statement<unknown, [number, number, string]>;
  readonly #end: Statement<unknown, [string]>;
  readonly #endOthers: Statement<{ tokenHash: string }, [number, string | null]>;

  constructor(db: Database) {
    this.#deleteExpired = db.prepare('DELETE FROM sessions WHERE expires_at <= ?');
    this.#insert = db.prepare(`INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, device)
      VALUES (?1, ?2, ?3, ?3, ?4, ?5)`);
    this.#touch = db.prepare('UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token_hash = ?');
    this.#end = db.prepare('DELETE FROM sessions WHERE token_hash = ?');
    this.#endOthers = db.prepare(`DELETE FROM sessions WHERE user_id = ? AND token_hash IS NOT ?
      RETURNING token_hash AS tokenHash`);
  }

  /** Deletes the expired sessions of all users, so that they cannot accumulate. */
  create([, tokenHash, userId, expiresAt, device]: WriteOf<'session.create'>, at: number): WriteOutcome {
    this.#deleteExpired.run(at);
    this.#insert.run(tokenHash, userId, at, expiresAt, device);
    return DONE;
  }

  touch([, tokenHash, expiresAt]: WriteOf<'session.touch'>, at: number): WriteOutcome {
    this.#touch.run(at, expiresAt, tokenHash);
    return DONE;
  }

  end([, tokenHash]: WriteOf<'session.end'>): WriteOutcome {
    this.#end.run(tokenHash);
    return DONE;
  }

  endOthers([, userId, keep]: WriteOf<'session.endOthers'>): WriteOutcome {
    const ended = this.#endOthers.all(userId, keep);
    return { kind: 'ended', tokenHashes: ended.map((session) => session.tokenHash) };
  }
}
