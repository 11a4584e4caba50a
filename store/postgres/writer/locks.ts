/** The rooms and authors of one transaction: locked in it; the rooms' numbers are counted on in it and written back. */
import type { Write } from '../../writes/commands.ts';
import type { PostgresConnection } from '../database/pool.ts';
import { columnNumber } from '../database/rows.ts';

/** Always in the order of their ids: two processes that lock several never wait for each other. */
const LOCK_ROOMS = 'SELECT id, head, last_seq FROM rooms WHERE id = ANY($1::int8[]) ORDER BY id FOR NO KEY UPDATE';
/** Shared: whoever is being disabled waits for this batch, or is seen as disabled by it. */
const LOCK_AUTHORS = `SELECT id, disabled_at IS NULL AS enabled FROM users WHERE id = ANY($1::int8[])
  ORDER BY id FOR SHARE`;
const SAVE = `UPDATE rooms r SET head = t.head, last_seq = t.last_seq
  FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS t (id, head, last_seq) WHERE r.id = t.id`;

interface Numbers {
  /** Of the room's last change. */
  readonly head: number;
  /** Of its last message. */
  readonly last: number;
}

export type SavedNumbers = ReadonlyMap<number, Numbers>;

export class TransactionLocks {
  readonly #connection: PostgresConnection;
  readonly #enabled = new Map<number, boolean>();
  readonly #changed = new Set<number>();
  #rooms = new Map<number, Numbers>();

  constructor(connection: PostgresConnection) {
    this.#connection = connection;
  }

  /** From here to the commit no other process changes one of these rooms, and what it changed before is seen. */
  async take(batch: readonly Write[]): Promise<void> {
    const rooms = new Set<number>();
    const authors = new Set<number>();
    for (const write of batch) {
      if (write[0] === 'post' || write[0] === 'edit' || write[0] === 'delete') rooms.add(write[1]);
      if (write[0] === 'post') authors.add(write[2]);
    }
    if (rooms.size > 0) await this.#takeRooms([...rooms]);
    if (authors.size > 0) await this.#takeAuthors([...authors]);
  }

  /** Of the room's next change; null when there is no such room. */
  nextNumber(roomId: number): number | null {
    const numbers = this.#rooms.get(roomId);
    return numbers === undefined ? null : numbers.head + 1;
  }

  /** Of the last message, as this transaction knows it; 0 for a room that it did not lock. */
  lastMessage(roomId: number): number {
    return this.#rooms.get(roomId)?.last ?? 0;
  }

  takeMessage(roomId: number, seq: number): void {
    this.#rooms.set(roomId, { head: seq, last: seq });
    this.#changed.add(roomId);
  }

  takeChange(roomId: number, changed: number): void {
    this.#rooms.set(roomId, { head: changed, last: this.lastMessage(roomId) });
    this.#changed.add(roomId);
  }

  isEnabled(userId: number): boolean {
    return this.#enabled.get(userId) ?? false;
  }

  /** This transaction changed it. */
  setEnabled(userId: number, isEnabled: boolean): void {
    if (this.#enabled.has(userId)) this.#enabled.set(userId, isEnabled);
  }

  /** What to restore when what is done from now on is undone. */
  copyNumbers(): SavedNumbers {
    return new Map(this.#rooms);
  }

  restoreNumbers(numbers: SavedNumbers): void {
    this.#rooms = new Map(numbers);
  }

  async saveNumbers(): Promise<void> {
    if (this.#changed.size === 0) return;
    const ids = [...this.#changed];
    const numbers = ids.map((id) => this.#rooms.get(id) ?? { head: 0, last: 0 });
    await this.#connection.run(SAVE, [ids, numbers.map(({ head }) => head), numbers.map(({ last }) => last)]);
  }

  async #takeRooms(ids: readonly number[]): Promise<void> {
    for (const row of await this.#connection.run(LOCK_ROOMS, [ids])) {
      this.#rooms.set(columnNumber(row, 'id'), {
        head: columnNumber(row, 'head'),
        last: columnNumber(row, 'last_seq'),
      });
    }
  }

  async #takeAuthors(ids: readonly number[]): Promise<void> {
    for (const row of await this.#connection.run(LOCK_AUTHORS, [ids])) {
      this.#enabled.set(columnNumber(row, 'id'), row.enabled === true);
    }
  }
}
