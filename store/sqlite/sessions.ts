/** Sessions: writes go to the writer thread, reads are done here. */
import type { NewSession, Session, Sessions, User } from '../store.ts';
import { SESSION_COLUMNS, USER_COLUMNS } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';
import { endedSessions, expectDone, type WriteQueue } from './writer/queue.ts';

export class SqliteSessions implements Sessions {
  readonly #queue: WriteQueue;
  readonly #find: Query<Session, [string, number]>;
  readonly #enabledUser: Query<User, [number]>;
  readonly #ofUser: Query<Session, [number, number]>;

  constructor(reader: Reader, queue: WriteQueue) {
    this.#queue = queue;
    this.#find = reader.prepare(`SELECT ${SESSION_COLUMNS} FROM sessions WHERE token_hash = ? AND expires_at > ?`);
    this.#enabledUser = reader.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ? AND disabled_at IS NULL`);
    this.#ofUser = reader.prepare(`SELECT ${SESSION_COLUMNS} FROM sessions
      WHERE user_id = ? AND expires_at > ? ORDER BY created_at, token_hash`);
  }

  create({ tokenHash, userId, expiresAt, device }: NewSession): Promise<void> {
    return this.#queue.enqueue(['session.create', tokenHash, userId, expiresAt, device], expectDone);
  }

  async find(tokenHash: string): Promise<{ session: Session; user: User } | null> {
    const session = this.#find.get(tokenHash, Date.now());
    if (session === null) return null;
    const user = this.#enabledUser.get(session.userId);
    return user === null ? null : { session, user };
  }

  touch(tokenHash: string, expiresAt: number): Promise<void> {
    return this.#queue.enqueue(['session.touch', tokenHash, expiresAt], expectDone);
  }

  async ofUser(userId: number): Promise<Session[]> {
    return this.#ofUser.all(userId, Date.now());
  }

  end(tokenHash: string): Promise<void> {
    return this.#queue.enqueue(['session.end', tokenHash], expectDone);
  }

  endOthers(userId: number, keep: string | null): Promise<string[]> {
    return this.#queue.enqueue(['session.endOthers', userId, keep], endedSessions);
  }
}
