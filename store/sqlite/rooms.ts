/** Rooms and read marks: writes go to the writer thread, reads are done here. */
import { type Room, type Rooms, UNREAD_SCAN } from '../store.ts';
import type { WriteQueue } from '../writes/queue.ts';
import { QueuedRooms } from '../writes/rooms.ts';
import { EDITED, SELECT_ROOM, UNCHANGED } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';

/** Scans from the last message back, so that a new message of another user counts even after many of one's own. */
export const UNREAD = `SELECT count(*) AS n FROM (SELECT 1 FROM (
    SELECT m.seq, m.author_id FROM messages m WHERE m.room_id = ?1 AND m.seq > ?2 AND ${UNCHANGED}
    UNION ALL SELECT m.seq, m.author_id FROM messages m WHERE m.room_id = ?1 AND m.seq > ?2 AND ${EDITED}
    ORDER BY seq DESC LIMIT ${UNREAD_SCAN})
  WHERE author_id <> ?3 LIMIT ?4)`;

export class SqliteRooms extends QueuedRooms implements Rooms {
  readonly #list: Query<Room, [number]>;
  readonly #listAfter: Query<Room, [string, number]>;
  readonly #bySlug: Query<Room, [string]>;
  readonly #byId: Query<Room, [number]>;
  readonly #readMark: Query<{ seq: number }, [number, number]>;
  readonly #unread: Query<{ n: number }, [number, number, number, number]>;

  constructor(reader: Reader, queue: WriteQueue) {
    super(queue);
    this.#list = reader.prepare(`${SELECT_ROOM} WHERE r.id > 0 ORDER BY r.name, r.slug LIMIT ?`);
    this.#listAfter = reader.prepare(`${SELECT_ROOM}
      WHERE r.id > 0 AND (r.name, r.slug) > (SELECT name, slug FROM rooms WHERE slug = ?) ORDER BY r.name, r.slug LIMIT ?`);
    this.#bySlug = reader.prepare(`${SELECT_ROOM} WHERE r.slug = ?`);
    this.#byId = reader.prepare(`${SELECT_ROOM} WHERE r.id = ?`);
    this.#readMark = reader.prepare('SELECT read_seq AS seq FROM memberships WHERE user_id = ? AND room_id = ?');
    this.#unread = reader.prepare(UNREAD);
  }

  async list(limit: number, afterSlug?: string): Promise<Room[]> {
    return afterSlug === undefined ? this.#list.all(limit) : this.#listAfter.all(afterSlug, limit);
  }

  async bySlug(slug: string): Promise<Room | null> {
    return this.#bySlug.get(slug);
  }

  async byId(id: number): Promise<Room | null> {
    return this.#byId.get(id);
  }

  async unread(
    userId: number,
    roomIds: readonly number[],
    cap: number,
  ): Promise<Map<number, { read: number | null; unread: number }>> {
    return new Map(roomIds.map((roomId) => [roomId, this.#unreadIn(roomId, userId, cap)]));
  }

  #unreadIn(roomId: number, userId: number, cap: number): { read: number | null; unread: number } {
    const read = this.#readMark.get(userId, roomId)?.seq ?? null;
    return { read, unread: this.#unread.get(roomId, read ?? 0, userId, cap)?.n ?? 0 };
  }
}
