/** Sessions: asked of the writer thread, read here. */

import type { NewSession, Session, Sessions, User } from '../store.ts';
import { SESSION_COLUMNS, USER_COLUMNS } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';
import { done, ended, type WriteQueue } from './writer/queue.ts';

export class SqliteSessions implements Sessions {
  readonly #queue: WriteQueue;
  readonly #find: Query<Session, [string, number]>;
  readonly #person: Query<User, [number]>;
  readonly #ofUser: Query<Session, [number, number]>;

  constructor(reader: Reader, queue: WriteQueue) {
    this.#queue = queue;
    this.#find = reader.prepare(`SELECT ${SESSION_COLUMNS} FROM sessions WHERE token_hash = ? AND expires_at > ?`);
    this.#person = reader.prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ? AND disabled_at IS NULL`);
    this.#ofUser = reader.prepare(`SELECT ${SESSION_COLUMNS} FROM sessions
      WHERE user_id = ? AND expires_at > ? ORDER BY created_at, token_hash`);
  }

  create({ tokenHash, userId, expiresAt, device }: NewSession): Promise<void> {
    return this.#queue.ask(['session.create', tokenHash, userId, expiresAt, device], done);
  }

  async find(tokenHash: string): Promise<{ session: Session; user: User } | null> {
    const session = this.#find.get(tokenHash, Date.now());
    if (session === null) return null;
    const user = this.#person.get(session.userId);
    return user === null ? null : { session, user };
  }

  touch(tokenHash: string, expiresAt: number): Promise<void> {
    return this.#queue.ask(['session.touch', tokenHash, expiresAt], done);
  }

  async ofUser(userId: number): Promise<Session[]> {
    return this.#ofUser.all(userId, Date.now());
  }

  end(tokenHash: string): Promise<void> {
    return this.#queue.ask(['session.end', tokenHash], done);
  }

  endOthers(userId: number, keep: string | null): Promise<string[]> {
    return this.#queue.ask(['session.endOthers', userId, keep], ended);
  }
}
