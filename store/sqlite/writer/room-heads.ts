/** The heads of the rooms that one transaction changes: read, advanced and written back inside it. */
import type { Database, Statement } from 'bun:sqlite';

export class RoomHeads {
  readonly #read: Statement<{ head: number }, [number]>;
  readonly #write: Statement<unknown, [number, number]>;
  readonly #heads = new Map<number, number>();
  readonly #advanced = new Set<number>();

  constructor(db: Database) {
    this.#read = db.prepare('SELECT head FROM rooms WHERE id = ?');
    this.#write = db.prepare('UPDATE rooms SET head = ? WHERE id = ?');
  }

  /** The number of the room's next change; null when the room does not exist. */
  nextNumber(roomId: number): number | null {
    const known = this.#heads.get(roomId);
    if (known !== undefined) return known + 1;
    const row = this.#read.get(roomId);
    if (row === null) return null;
    this.#heads.set(roomId, row.head);
    return row.head + 1;
  }

  /** Must be called after the change with this number is written. */
  advanceTo(roomId: number, seq: number): void {
    this.#heads.set(roomId, seq);
    this.#advanced.add(roomId);
  }

  save(): void {
    for (const roomId of this.#advanced) this.#write.run(this.#heads.get(roomId) ?? 0, roomId);
  }

  /** Must be called before each transaction: the previous one may have been rolled back. */
  reset(): void {
    this.#heads.clear();
    this.#advanced.clear();
  }
}
