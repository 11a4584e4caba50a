/** Writes that post, edit and delete messages, inside the writer's transaction. */
import { type Database, SQLiteError, type Statement } from 'bun:sqlite';
import { createHash } from 'node:crypto';
import type { Message, Role, WriteRefusal } from '../../store.ts';
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';
import { SELECT_MESSAGE } from '../database/columns.ts';
import type { RoomHeads } from './room-heads.ts';

/** Long enough that two texts never have the same hash by chance. */
const BODY_HASH_BYTES = 16;

interface UserStatus {
  readonly role: Role;
  readonly disabledAt: number | null;
}

export class MessageWrites {
  readonly #heads: RoomHeads;
  readonly #insert: Statement<unknown, [number, number, number, string | null, string, number]>;
  readonly #byNonce: Statement<Message, [string, number]>;
  readonly #bySeq: Statement<Message, [number, number]>;
  readonly #originalHash: Statement<{ hash: Uint8Array | null }, [number, number]>;
  readonly #edit: Statement<unknown, [string, number, number, Uint8Array, number, number]>;
  readonly #userStatus: Statement<UserStatus, [number]>;
  readonly #delete: Statement<unknown, [number, number, Uint8Array, number, number]>;

  constructor(db: Database, heads: RoomHeads) {
    this.#heads = heads;
    // VALUES, not INSERT … SELECT: for a SELECT SQLite would keep a statement journal.
    this.#insert = db.prepare(`INSERT INTO messages (room_id, seq, author_id, nonce, body, created_at, changed)
      VALUES (?1, ?2, (SELECT id FROM users WHERE id = ?3 AND disabled_at IS NULL), ?4, ?5, ?6, ?2)
      ON CONFLICT (nonce, author_id) WHERE nonce IS NOT NULL DO NOTHING`);
    this.#byNonce = db.prepare(`${SELECT_MESSAGE} WHERE m.nonce = ? AND m.author_id = ?`);
    this.#bySeq = db.prepare(`${SELECT_MESSAGE} WHERE m.room_id = ? AND m.seq = ?`);
    this.#originalHash = db.prepare('SELECT body_hash AS hash FROM messages WHERE room_id = ? AND seq = ?');
    this.#edit =
      db.prepare(`UPDATE messages SET body = ?, changed = ?, edited_at = ?, body_hash = coalesce(body_hash, ?)
      WHERE room_id = ? AND seq = ?`);
    this.#userStatus = db.prepare('SELECT role, disabled_at AS disabledAt FROM users WHERE id = ?');
    this.#delete = db.prepare(`UPDATE messages SET body = '', changed = ?, deleted_at = ?,
      body_hash = coalesce(body_hash, ?) WHERE room_id = ? AND seq = ?`);
  }

  post([, roomId, authorId, nonce, body]: WriteOf<'post'>, at: number): WriteOutcome {
    const seq = this.#heads.nextNumber(roomId);
    if (seq === null) return refused('not_found');
    try {
      const { changes } = this.#insert.run(roomId, seq, authorId, nonce, body, at);
      if (changes === 0) return this.#duplicateOf(roomId, authorId, nonce, body);
    } catch (error) {
      if (isMissingAuthor(error)) return refused('forbidden');
      throw error;
    }
    this.#heads.advanceTo(roomId, seq);
    return seq;
  }

  edit([, roomId, seq, by, body]: WriteOf<'edit'>, at: number): WriteOutcome {
    const message = this.#bySeq.get(roomId, seq);
    const changed = this.#heads.nextNumber(roomId);
    if (message === null || changed === null || message.deletedAt !== null) return refused('not_found');
    if (message.authorId !== by || this.#enabledUser(by) === null) return refused('forbidden');
    if (message.body === body) return { kind: 'duplicate', message };
    this.#edit.run(body, changed, at, hashOf(message.body), roomId, seq);
    this.#heads.advanceTo(roomId, changed);
    return { kind: 'applied', message: { ...message, body, changed, editedAt: at } };
  }

  delete([, roomId, seq, by]: WriteOf<'delete'>, at: number): WriteOutcome {
    const message = this.#bySeq.get(roomId, seq);
    const changed = this.#heads.nextNumber(roomId);
    if (message === null || changed === null) return refused('not_found');
    if (!this.#canDelete(message, by)) return refused('forbidden');
    if (message.deletedAt !== null) return { kind: 'duplicate', message };
    this.#delete.run(changed, at, hashOf(message.body), roomId, seq);
    this.#heads.advanceTo(roomId, changed);
    return { kind: 'applied', message: { ...message, body: '', changed, deletedAt: at } };
  }

  #canDelete(message: Message, by: number): boolean {
    const user = this.#enabledUser(by);
    return user !== null && (message.authorId === by || user.role === 'administrator');
  }

  /** The user's status now, not at the time of the request; null if the user does not exist or is disabled. */
  #enabledUser(id: number): UserStatus | null {
    const user = this.#userStatus.get(id);
    return user?.disabledAt === null ? user : null;
  }

  #duplicateOf(roomId: number, authorId: number, nonce: string | null, body: string): WriteOutcome {
    const message = nonce === null ? null : this.#byNonce.get(nonce, authorId);
    if (message === null) throw new Error('insert skipped, but no message with this nonce exists');
    const isSame = message.roomId === roomId && this.#wasPostedAs(message, body);
    return isSame ? { kind: 'duplicate', message } : refused('nonce_conflict');
  }

  /** Compares with the text as it was first posted, before edits and deletion. */
  #wasPostedAs(message: Message, body: string): boolean {
    const hash = this.#originalHash.get(message.roomId, message.seq)?.hash ?? null;
    return hash === null ? message.body === body : hashOf(body).equals(hash);
  }
}

function refused(code: WriteRefusal): WriteOutcome {
  return { kind: 'refused', code };
}

/** The author does not exist or is disabled. Of the NOT NULL columns only the author's can have been NULL. */
function isMissingAuthor(error: unknown): boolean {
  return error instanceof SQLiteError && error.code === 'SQLITE_CONSTRAINT_NOTNULL';
}

function hashOf(body: string): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, BODY_HASH_BYTES);
}
