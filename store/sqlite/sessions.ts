/** Sessions: writes go to the writer thread, reads are done here. */
import type { Session, Sessions, User } from '../store.ts';
import type { WriteQueue } from '../writes/queue.ts';
import { QueuedSessions } from '../writes/sessions.ts';
import { SESSION_COLUMNS, USER_COLUMNS } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';

export class SqliteSessions extends QueuedSessions implements Sessions {
  readonly #find: Query<Session, [string, number]>;
  readonly #enabledUser: Query<User, [number]>;
  readonly #ofUser: Query<Session, [number, number]>;

  constructor(reader: Reader, queue: WriteQueue) {
    super(queue);
    this.#find = reader.prepare(`SELECT ${SESSION_COLUMNS} FROM sessions WHERE token_hash = ? AND expires_at > ?`);
    this.#enabledUser = reader.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ? AND disabled_at IS NULL`);
    this.#ofUser = reader.prepare(`SELECT ${SESSION_COLUMNS} FROM sessions
      WHERE user_id = ? AND expires_at > ? ORDER BY created_at, token_hash`);
  }

  async find(tokenHash: string): Promise<{ session: Session; user: User } | null> {
    const session = this.#find.get(tokenHash, Date.now());
    if (session === null) return null;
    const user = this.#enabledUser.get(session.userId);
    return user === null ? null : { session, user };
  }

  async existing(tokenHashes: readonly string[]): Promise<Set<string>> {
    const found = await Promise.all(tokenHashes.map((tokenHash) => this.find(tokenHash)));
    return new Set(tokenHashes.filter((_, index) => found[index] !== null));
  }

  async ofUser(userId: number): Promise<Session[]> {
    return this.#ofUser.all(userId, Date.now());
  }
}
