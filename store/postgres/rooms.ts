/** Rooms and what was read in them: asked of the writer, read here. */

import { type Room, type Rooms, UNREAD_SCAN } from '../store.ts';
import type { WriteQueue } from '../writes/queue.ts';
import { QueuedRooms } from '../writes/rooms.ts';
import type { PostgresReader } from './database/reader.ts';
import { columnNumber, EDITED, maybeColumnNumber, ROOM_COLUMNS, roomOf, UNCHANGED } from './database/rows.ts';

const LIST = `SELECT ${ROOM_COLUMNS} FROM rooms ORDER BY lower(name), slug LIMIT $1`;
const LIST_AFTER = `SELECT ${ROOM_COLUMNS} FROM rooms
  WHERE (lower(name), slug) > (SELECT lower(name), slug FROM rooms WHERE slug = $2) ORDER BY lower(name), slug LIMIT $1`;
/** From the last one back: after many of one's own, a new one of somebody else is among those that are looked at. */
const UNREAD = `SELECT t.id, r.read_seq, c.n FROM unnest($2::int8[]) AS t (id)
  LEFT JOIN memberships r ON r.room_id = t.id AND r.user_id = $1
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM (
      (SELECT m.seq, m.author_id FROM messages m WHERE m.room_id = t.id AND m.seq > coalesce(r.read_seq, 0) AND ${UNCHANGED}
        ORDER BY m.seq DESC LIMIT ${UNREAD_SCAN})
      UNION ALL (SELECT m.seq, m.author_id FROM messages m
        WHERE m.room_id = t.id AND m.seq > coalesce(r.read_seq, 0) AND ${EDITED} ORDER BY m.seq DESC LIMIT ${UNREAD_SCAN})
      ORDER BY seq DESC LIMIT ${UNREAD_SCAN}) AS looked
    WHERE author_id <> $1 LIMIT $3) AS counted) AS c`;

export class PostgresRooms extends QueuedRooms implements Rooms {
  readonly #reader: PostgresReader;

  constructor(reader: PostgresReader, queue: WriteQueue) {
    super(queue);
    this.#reader = reader;
  }

  async list(limit: number, afterSlug?: string): Promise<Room[]> {
    const rows =
      afterSlug === undefined
        ? await this.#reader.all(LIST, [limit])
        : await this.#reader.all(LIST_AFTER, [limit, afterSlug]);
    return rows.map(roomOf);
  }

  bySlug(slug: string): Promise<Room | null> {
    return this.#find('slug = $1', slug);
  }

  byId(id: number): Promise<Room | null> {
    return this.#find('id = $1', id);
  }

  async unread(
    userId: number,
    roomIds: readonly number[],
    cap: number,
  ): Promise<Map<number, { read: number | null; unread: number }>> {
    const rows = await this.#reader.all(UNREAD, [userId, roomIds, cap]);
    return new Map(
      rows.map((row) => [
        columnNumber(row, 'id'),
        { read: maybeColumnNumber(row, 'read_seq'), unread: columnNumber(row, 'n') },
      ]),
    );
  }

  async #find(where: string, value: string | number): Promise<Room | null> {
    const row = await this.#reader.first(`SELECT ${ROOM_COLUMNS} FROM rooms WHERE ${where}`, [value]);
    return row === null ? null : roomOf(row);
  }
}
