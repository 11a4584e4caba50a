/** Editing and deleting, inside the writer's transaction. The message's room is locked. */

import type { Message } from '../../store.ts';
import { bodyHash } from '../../writes/body-hash.ts';
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';
import type { PostgresConnection, Row } from '../database/pool.ts';
import { MESSAGE_COLUMNS, messageOf } from '../database/rows.ts';
import type { TransactionLocks } from './locks.ts';

/** With what the person who asks is now, whatever they were when they asked. */
const FIND = `SELECT ${MESSAGE_COLUMNS}, p.role AS asker_role, p.id IS NOT NULL AND p.disabled_at IS NULL AS asker_enabled
  FROM messages m JOIN users u ON u.id = m.author_id LEFT JOIN users p ON p.id = $3
  WHERE m.room_id = $1 AND m.seq = $2`;
const EDIT = `UPDATE messages SET body = $3, changed = $4, edited_at = $5, body_hash = coalesce(body_hash, $6)
  WHERE room_id = $1 AND seq = $2`;
const DELETE = `UPDATE messages SET body = '', changed = $3, deleted_at = $4, body_hash = coalesce(body_hash, $5)
  WHERE room_id = $1 AND seq = $2`;

export class MessageWrites {
  readonly #connection: PostgresConnection;
  readonly #locks: TransactionLocks;
  readonly #at: number;

  constructor(connection: PostgresConnection, locks: TransactionLocks, at: number) {
    this.#connection = connection;
    this.#locks = locks;
    this.#at = at;
  }

  async edit([, roomId, seq, by, body]: WriteOf<'edit'>): Promise<WriteOutcome> {
    const row = await this.#find(roomId, seq, by);
    const changed = this.#locks.nextNumber(roomId);
    if (row === null || changed === null) return refused('not_found');
    const message = messageOf(row);
    if (message.deletedAt !== null) return refused('not_found');
    if (message.authorId !== by || row.asker_enabled !== true) return refused('forbidden');
    if (message.body === body) return { kind: 'duplicate', message };
    await this.#connection.run(EDIT, [roomId, seq, body, changed, this.#at, bodyHash(message.body)]);
    this.#locks.takeChange(roomId, changed);
    return { kind: 'applied', message: { ...message, body, changed, editedAt: this.#at } };
  }

  async delete([, roomId, seq, by]: WriteOf<'delete'>): Promise<WriteOutcome> {
    const row = await this.#find(roomId, seq, by);
    const changed = this.#locks.nextNumber(roomId);
    if (row === null || changed === null) return refused('not_found');
    const message = messageOf(row);
    if (!mayDelete(message, by, row)) return refused('forbidden');
    if (message.deletedAt !== null) return { kind: 'duplicate', message };
    await this.#connection.run(DELETE, [roomId, seq, changed, this.#at, bodyHash(message.body)]);
    this.#locks.takeChange(roomId, changed);
    return { kind: 'applied', message: { ...message, body: '', changed, deletedAt: this.#at } };
  }

  async #find(roomId: number, seq: number, by: number): Promise<Row | null> {
    return (await this.#connection.run(FIND, [roomId, seq, by]))[0] ?? null;
  }
}

function mayDelete(message: Message, by: number, row: Row): boolean {
  return row.asker_enabled === true && (message.authorId === by || row.asker_role === 'administrator');
}

function refused(code: 'not_found' | 'forbidden'): WriteOutcome {
  return { kind: 'refused', code };
}
