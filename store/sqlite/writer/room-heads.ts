/** The numbers of the rooms that one transaction changes: read in it, counted on in it, written back in it. */
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

  /** The number the room's next change will have; null when there is no such room. */
  nextNumber(roomId: number): number | null {
    const known = this.#heads.get(roomId);
    if (known !== undefined) return known + 1;
    const row = this.#read.get(roomId);
    if (row === null) return null;
    this.#heads.set(roomId, row.head);
    return row.head + 1;
  }

  /** To be called when the change that has this number is written. */
  advanceTo(roomId: number, seq: number): void {
    this.#heads.set(roomId, seq);
    this.#advanced.add(roomId);
  }

  save(): void {
    for (const roomId of this.#advanced) this.#write.run(this.#heads.get(roomId) ?? 0, roomId);
  }

  /** Before each transaction: what an earlier one counted may have been rolled back. */
  reset(): void {
    this.#heads.clear();
    this.#advanced.clear();
  }
}
