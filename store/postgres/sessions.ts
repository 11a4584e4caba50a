/** Sessions: asked of the writer, read here. */

import type { Session, Sessions, User } from '../store.ts';
import type { WriteQueue } from '../writes/queue.ts';
import { QueuedSessions } from '../writes/sessions.ts';
import type { PostgresReader } from './database/reader.ts';
import { columnText, SESSION_COLUMNS, sessionOf, userOf } from './database/rows.ts';

const FIND = `SELECT s.token_hash, s.user_id, s.created_at AS session_created_at, s.seen_at, s.expires_at, s.device,
    u.id, u.name, u.role, u.password_hash, u.created_at, u.disabled_at
  FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled_at IS NULL`;
const EXISTING = `SELECT s.token_hash FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.token_hash = ANY($1::text[]) AND s.expires_at > $2 AND u.disabled_at IS NULL`;
const OF_USER = `SELECT ${SESSION_COLUMNS} FROM sessions WHERE user_id = $1 AND expires_at > $2
  ORDER BY created_at, token_hash`;

export class PostgresSessions extends QueuedSessions implements Sessions {
  readonly #reader: PostgresReader;

  constructor(reader: PostgresReader, queue: WriteQueue) {
    super(queue);
    this.#reader = reader;
  }

  async find(tokenHash: string): Promise<{ session: Session; user: User } | null> {
    const row = await this.#reader.first(FIND, [tokenHash, Date.now()]);
    if (row === null) return null;
    return { session: sessionOf({ ...row, created_at: row.session_created_at }), user: userOf(row) };
  }

  async existing(tokenHashes: readonly string[]): Promise<Set<string>> {
    const rows = await this.#reader.all(EXISTING, [tokenHashes, Date.now()]);
    return new Set(rows.map((row) => columnText(row, 'token_hash')));
  }

  async ofUser(userId: number): Promise<Session[]> {
    return (await this.#reader.all(OF_USER, [userId, Date.now()])).map(sessionOf);
  }
}
