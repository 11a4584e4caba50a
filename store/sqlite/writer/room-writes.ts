/** Writes to rooms and read marks, inside the writer's transaction. */
import type { Database, Statement } from 'bun:sqlite';
import type { Room } from '../../store.ts';
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';
import { SELECT_ROOM } from '../database/columns.ts';

export class RoomWrites {
  readonly #insert: Statement<{ id: number }, [string, string, string, number | null, number]>;
  readonly #update: Statement<unknown, [string | null, string | null, number]>;
  readonly #byId: Statement<Room, [number]>;
  readonly #lastSeq: Statement<{ seq: number }, [number]>;
  readonly #setReadMark: Statement<{ seq: number }, [number, number, number]>;

  constructor(db: Database) {
    this.#insert = db.prepare(`INSERT INTO rooms (slug, name, topic, created_by, created_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (slug) DO NOTHING RETURNING id`);
    this.#update = db.prepare('UPDATE rooms SET name = coalesce(?, name), topic = coalesce(?, topic) WHERE id = ?');
    this.#byId = db.prepare(`${SELECT_ROOM} WHERE r.id = ?`);
    this.#lastSeq = db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM messages WHERE room_id = ?');
    this.#setReadMark = db.prepare(`INSERT INTO memberships (user_id, room_id, read_seq)
      SELECT ?, id, ? FROM rooms WHERE id = ?
      ON CONFLICT (user_id, room_id) DO UPDATE SET read_seq = max(read_seq, excluded.read_seq)
      RETURNING read_seq AS seq`);
  }

  create([, slug, name, topic, createdBy]: WriteOf<'room.create'>, at: number): WriteOutcome {
    const created = this.#insert.get(slug, name, topic, createdBy, at);
    if (created === null) return { kind: 'taken' };
    if (createdBy !== null) this.#setReadMark.get(createdBy, 0, created.id);
    return { kind: 'room', room: this.#byId.get(created.id) };
  }

  update([, id, name, topic]: WriteOf<'room.update'>): WriteOutcome {
    this.#update.run(name, topic, id);
    return { kind: 'room', room: this.#byId.get(id) };
  }

  markRead([, roomId, userId, seq]: WriteOf<'room.markRead'>): WriteOutcome {
    const last = this.#lastSeq.get(roomId)?.seq ?? 0;
    return { kind: 'read', seq: this.#setReadMark.get(userId, Math.min(seq, last), roomId)?.seq ?? 0 };
  }
}
