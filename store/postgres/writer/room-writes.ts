/** Making and changing rooms, and the marks of what was read, inside the writer's transaction. */
import type { WriteOf, WriteOutcome } from '../../writes/commands.ts';
import type { PostgresConnection } from '../database/pool.ts';
import { columnNumber, ROOM_COLUMNS, roomOf } from '../database/rows.ts';
import type { TransactionLocks } from './locks.ts';

const INSERT = `INSERT INTO rooms (slug, name, topic, created_by, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (slug) DO NOTHING RETURNING ${ROOM_COLUMNS}`;
const UPDATE = `UPDATE rooms SET name = coalesce($2, name), topic = coalesce($3, topic) WHERE id = $1
  RETURNING ${ROOM_COLUMNS}`;
/** `$4`: the last message as this transaction knows it; the row does not say so before its end. */
const MARK = `INSERT INTO memberships (user_id, room_id, read_seq)
  SELECT $1, id, least($2::int8, greatest(last_seq, $4::int8)) FROM rooms WHERE id = $3
  ON CONFLICT (user_id, room_id) DO UPDATE SET read_seq = greatest(memberships.read_seq, excluded.read_seq)
  RETURNING read_seq`;

export class RoomWrites {
  readonly #connection: PostgresConnection;
  readonly #locks: TransactionLocks;
  readonly #at: number;

  constructor(connection: PostgresConnection, locks: TransactionLocks, at: number) {
    this.#connection = connection;
    this.#locks = locks;
    this.#at = at;
  }

  async create([, slug, name, topic, createdBy]: WriteOf<'room.create'>): Promise<WriteOutcome> {
    const [row] = await this.#connection.run(INSERT, [slug, name, topic, createdBy, this.#at]);
    if (row === undefined) return { kind: 'taken' };
    const room = roomOf(row);
    if (createdBy !== null) await this.#connection.run(MARK, [createdBy, 0, room.id, 0]);
    return { kind: 'room', room };
  }

  async update([, id, name, topic]: WriteOf<'room.update'>): Promise<WriteOutcome> {
    const [row] = await this.#connection.run(UPDATE, [id, name, topic]);
    return { kind: 'room', room: row === undefined ? null : roomOf(row) };
  }

  async markRead([, roomId, userId, seq]: WriteOf<'room.markRead'>): Promise<WriteOutcome> {
    const [row] = await this.#connection.run(MARK, [userId, seq, roomId, this.#locks.lastMessage(roomId)]);
    return { kind: 'read', seq: row === undefined ? 0 : columnNumber(row, 'read_seq') };
  }
}
