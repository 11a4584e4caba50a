/** Starting and ending sessions, inside the writer's transaction. */
import type { Database, Statement } from 'bun:sqlite';
import type { WriteOf, WriteOutcome } from './commands.ts';

const DONE: WriteOutcome = { kind: 'done' };

export class SessionWrites {
  readonly #sweep: Statement<unknown, [number]>;
  readonly #insert: Statement<unknown, [string, number, number, number, string]>;
  readonly #touch: Statement<unknown, [number, number, string]>;
  readonly #end: Statement<unknown, [string]>;
  readonly #endOthers: Statement<{ tokenHash: string }, [number, string | null]>;

  constructor(db: Database) {
    this.#sweep = db.prepare('DELETE FROM sessions WHERE expires_at <= ?');
    this.#insert = db.prepare(`INSERT INTO sessions (token_hash, user_id, created_at, seen_at, expires_at, device)
      VALUES (?1, ?2, ?3, ?3, ?4, ?5)`);
    this.#touch = db.prepare('UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token_hash = ?');
    this.#end = db.prepare('DELETE FROM sessions WHERE token_hash = ?');
    this.#endOthers = db.prepare(`DELETE FROM sessions WHERE user_id = ? AND token_hash IS NOT ?
      RETURNING token_hash AS tokenHash`);
  }

  /** Sweeps out the expired ones of everybody, so that they cannot pile up. */
  create([, tokenHash, userId, expiresAt, device]: WriteOf<'session.create'>, at: number): WriteOutcome {
    this.#sweep.run(at);
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
