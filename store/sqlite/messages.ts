/** Messages: writes go to the writer thread, reads are done here. */
import type { Message, Messages } from '../store.ts';
import { QueuedMessages } from '../writes/messages.ts';
import type { WriteQueue } from '../writes/queue.ts';
import { CHANGED, EDITED, SELECT_MESSAGE, SELECT_UNCHANGED_MESSAGE, UNCHANGED } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';

// Each merges two index scans: nothing is sorted, and no unwanted row is read.
export const LATEST = `${SELECT_MESSAGE} WHERE m.room_id = ?1 AND m.seq <= ?2 AND ${UNCHANGED}
  UNION ALL ${SELECT_MESSAGE} WHERE m.room_id = ?1 AND m.seq <= ?2 AND ${EDITED}
  ORDER BY seq DESC LIMIT ?3`;
export const LATER = `${SELECT_MESSAGE} WHERE m.room_id = ?1 AND m.seq > ?2 AND ${UNCHANGED}
  UNION ALL ${SELECT_MESSAGE} WHERE m.room_id = ?1 AND m.seq > ?2 AND ${EDITED}
  ORDER BY seq LIMIT ?3`;
export const CHANGED_SINCE = `${SELECT_UNCHANGED_MESSAGE}
  WHERE m.room_id = ?1 AND m.seq > ?2 AND m.seq <= ?3 AND ${UNCHANGED}
  UNION ALL ${SELECT_MESSAGE} WHERE m.room_id = ?1 AND m.changed > ?2 AND m.seq <= ?3 AND ${CHANGED}
  ORDER BY changed LIMIT ?4`;

export class SqliteMessages extends QueuedMessages implements Messages {
  readonly #head: Query<{ head: number }, [number]>;
  readonly #latest: Query<Message, [number, number, number]>;
  readonly #later: Query<Message, [number, number, number]>;
  readonly #changedSince: Query<Message, [number, number, number, number]>;

  constructor(reader: Reader, queue: WriteQueue) {
    super(queue);
    this.#head = reader.prepare('SELECT head FROM rooms WHERE id = ?');
    this.#latest = reader.prepare(LATEST);
    this.#later = reader.prepare(LATER);
    this.#changedSince = reader.prepare(CHANGED_SINCE);
  }

  async head(roomId: number): Promise<number> {
    return this.#head.get(roomId)?.head ?? 0;
  }

  async heads(roomIds: readonly number[]): Promise<Map<number, number>> {
    const heads = roomIds.map((id) => [id, this.#head.get(id)?.head ?? null] as const);
    return new Map(heads.flatMap(([id, head]) => (head === null ? [] : [[id, head]])));
  }

  async latest(roomId: number, limit: number, upTo: number): Promise<Message[]> {
    return this.#latest.all(roomId, upTo, limit).reverse();
  }

  async before(roomId: number, seq: number, limit: number): Promise<Message[]> {
    return this.#latest.all(roomId, seq - 1, limit).reverse();
  }

  async after(roomId: number, seq: number, limit: number): Promise<Message[]> {
    return this.#later.all(roomId, seq, limit);
  }

  async changedSince(roomId: number, after: number, upTo: number, limit: number): Promise<Message[]> {
    return this.#changedSince.all(roomId, after, upTo, limit);
  }
}
