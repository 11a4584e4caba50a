/** Messages: asked of the writer, read here. */

import type { Message, Messages } from '../store.ts';
import { QueuedMessages } from '../writes/messages.ts';
import type { WriteQueue } from '../writes/queue.ts';
import type { PostgresReader } from './database/reader.ts';
import { CHANGED, columnNumber, EDITED, messageOf, SELECT_MESSAGE, UNCHANGED } from './database/rows.ts';

// Each is two runs over two indexes, merged: no row is looked at that is not returned.
export const LATEST = `(${SELECT_MESSAGE} WHERE m.room_id = $1 AND m.seq <= $2 AND ${UNCHANGED} ORDER BY m.seq DESC LIMIT $3)
  UNION ALL (${SELECT_MESSAGE} WHERE m.room_id = $1 AND m.seq <= $2 AND ${EDITED} ORDER BY m.seq DESC LIMIT $3)
  ORDER BY seq DESC LIMIT $3`;
export const LATER = `(${SELECT_MESSAGE} WHERE m.room_id = $1 AND m.seq > $2 AND ${UNCHANGED} ORDER BY m.seq LIMIT $3)
  UNION ALL (${SELECT_MESSAGE} WHERE m.room_id = $1 AND m.seq > $2 AND ${EDITED} ORDER BY m.seq LIMIT $3)
  ORDER BY seq LIMIT $3`;
export const CHANGED_SINCE = `(${SELECT_MESSAGE} WHERE m.room_id = $1 AND m.seq > $2 AND m.seq <= $3 AND ${UNCHANGED}
    ORDER BY m.seq LIMIT $4)
  UNION ALL (${SELECT_MESSAGE} WHERE m.room_id = $1 AND m.changed > $2 AND m.seq <= $3 AND ${CHANGED}
    ORDER BY m.changed LIMIT $4)
  ORDER BY changed LIMIT $4`;

export class PostgresMessages extends QueuedMessages implements Messages {
  readonly #reader: PostgresReader;

  constructor(reader: PostgresReader, queue: WriteQueue) {
    super(queue);
    this.#reader = reader;
  }

  async head(roomId: number): Promise<number> {
    const row = await this.#reader.first('SELECT head FROM rooms WHERE id = $1', [roomId]);
    return row === null ? 0 : columnNumber(row, 'head');
  }

  async heads(roomIds: readonly number[]): Promise<Map<number, number>> {
    const rows = await this.#reader.all('SELECT id, head FROM rooms WHERE id = ANY($1::int8[])', [roomIds]);
    return new Map(rows.map((row) => [columnNumber(row, 'id'), columnNumber(row, 'head')]));
  }

  async latest(roomId: number, limit: number, upTo: number): Promise<Message[]> {
    return (await this.#reader.all(LATEST, [roomId, upTo, limit])).map(messageOf).reverse();
  }

  before(roomId: number, seq: number, limit: number): Promise<Message[]> {
    return this.latest(roomId, limit, seq - 1);
  }

  async after(roomId: number, seq: number, limit: number): Promise<Message[]> {
    return (await this.#reader.all(LATER, [roomId, seq, limit])).map(messageOf);
  }

  /** One statement, one snapshot: rows and order are of one moment. */
  async changedSince(roomId: number, after: number, upTo: number, limit: number): Promise<Message[]> {
    return (await this.#reader.all(CHANGED_SINCE, [roomId, after, upTo, limit])).map(messageOf);
  }
}
