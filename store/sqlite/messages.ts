/** Messages: writes go to the writer thread, reads are done here. */
import type { Message, MessageEdit, Messages, NewMessage, WriteResult } from '../store.ts';
import { CHANGED, EDITED, SELECT_MESSAGE, SELECT_UNCHANGED_MESSAGE, UNCHANGED } from './database/columns.ts';
import type { Query, Reader } from './database/reader.ts';
import type { WriteOutcome } from './writer/commands.ts';
import { unexpectedOutcome, type WriteQueue } from './writer/queue.ts';

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

export class SqliteMessages implements Messages {
  readonly #queue: WriteQueue;
  readonly #head: Query<{ head: number }, [number]>;
  readonly #latest: Query<Message, [number, number, number]>;
  readonly #later: Query<Message, [number, number, number]>;
  readonly #changedSince: Query<Message, [number, number, number, number]>;

  constructor(reader: Reader, queue: WriteQueue) {
    this.#queue = queue;
    this.#head = reader.prepare('SELECT head FROM rooms WHERE id = ?');
    this.#latest = reader.prepare(LATEST);
    this.#later = reader.prepare(LATER);
    this.#changedSince = reader.prepare(CHANGED_SINCE);
  }

  post(message: NewMessage): Promise<WriteResult> {
    const { roomId, author, nonce, body } = message;
    return this.#queue.enqueue(['post', roomId, author.id, nonce, body], (outcome, at) =>
      typeof outcome === 'number'
        ? { kind: 'applied', message: newMessageOf(message, outcome, at) }
        : writeResultOf(outcome),
    );
  }

  edit({ roomId, seq, by, body }: MessageEdit & { readonly body: string }): Promise<WriteResult> {
    return this.#queue.enqueue(['edit', roomId, seq, by.id, body], writeResultOf);
  }

  delete({ roomId, seq, by }: MessageEdit): Promise<WriteResult> {
    return this.#queue.enqueue(['delete', roomId, seq, by.id], writeResultOf);
  }

  async head(roomId: number): Promise<number> {
    return this.#head.get(roomId)?.head ?? 0;
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

function newMessageOf({ roomId, author, nonce, body }: NewMessage, seq: number, at: number): Message {
  return {
    roomId,
    seq,
    changed: seq,
    authorId: author.id,
    author: author.name,
    nonce,
    body,
    createdAt: at,
    editedAt: null,
    deletedAt: null,
  };
}

function writeResultOf(outcome: WriteOutcome): WriteResult {
  if (typeof outcome === 'number') throw unexpectedOutcome(outcome);
  if (outcome.kind === 'applied' || outcome.kind === 'duplicate' || outcome.kind === 'refused') return outcome;
  throw unexpectedOutcome(outcome);
}
