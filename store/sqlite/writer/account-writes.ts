/** Making and changing users, inside the writer's transaction. */
import type { Database, Statement } from 'bun:sqlite';
import type { Role, User } from '../../store.ts';
import { USER_COLUMNS } from '../database/user-row.ts';
import type { WriteOf, WriteOutcome } from './commands.ts';

const DONE: WriteOutcome = { kind: 'done' };

export class UserWrites {
  readonly #insert: Statement<User, [string, string, string, Role, number]>;
  readonly #password: Statement<unknown, [string, number]>;
  readonly #role: Statement<unknown, [Role, number]>;
  readonly #disabled: Statement<unknown, [number | null, number]>;
  readonly #endSessions: Statement<{ tokenHash: string }, [number]>;
  readonly #keepSetup: Statement<unknown, [string]>;
  readonly #dropSetup: Statement<unknown, []>;

  constructor(db: Database) {
    this.#insert = db.prepare(`INSERT INTO users (name, name_key, password_hash, role, created_at)
      VALUES (?, ?, ?, ?, ?) ON CONFLICT (name_key) DO NOTHING RETURNING ${USER_COLUMNS}`);
    this.#password = db.prepare('UPDATE users SET password_hash = ? WHERE id = ?');
    this.#role = db.prepare('UPDATE users SET role = ? WHERE id = ?');
    this.#disabled = db.prepare('UPDATE users SET disabled_at = ? WHERE id = ?');
    this.#endSessions = db.prepare('DELETE FROM sessions WHERE user_id = ? RETURNING token_hash AS tokenHash');
    this.#keepSetup = db.prepare(`INSERT INTO meta (key, value) VALUES ('setup_token_hash', ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
    this.#dropSetup = db.prepare(`DELETE FROM meta WHERE key = 'setup_token_hash'`);
  }

  create([, name, nameKey, passwordHash, role]: WriteOf<'user.create'>, at: number): WriteOutcome {
    const user = this.#insert.get(name, nameKey, passwordHash, role, at);
    return user === null ? { kind: 'taken' } : { kind: 'user', user };
  }

  setPassword([, id, passwordHash]: WriteOf<'user.password'>): WriteOutcome {
    this.#password.run(passwordHash, id);
    return DONE;
  }

  setRole([, id, role]: WriteOf<'user.role'>): WriteOutcome {
    this.#role.run(role, id);
    return DONE;
  }

  setDisabled([, id, disabled]: WriteOf<'user.disabled'>, at: number): WriteOutcome {
    this.#disabled.run(disabled ? at : null, id);
    const ended = disabled ? this.#endSessions.all(id) : [];
    return { kind: 'ended', tokenHashes: ended.map((session) => session.tokenHash) };
  }

  setSetupTokenHash([, tokenHash]: WriteOf<'setup'>): WriteOutcome {
    if (tokenHash === null) this.#dropSetup.run();
    else this.#keepSetup.run(tokenHash);
    return DONE;
  }
}
