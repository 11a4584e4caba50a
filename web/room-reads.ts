/** How far somebody has read in each room. It only rises, within one history: a backup that is put back begins another. */
export class RoomReads {
  #epoch = '';
  readonly #reads = new Map<string, number>();

  in(epoch: string): void {
    if (epoch !== this.#epoch && this.#epoch !== '') this.#reads.clear();
    this.#epoch = epoch;
  }

  of(room: string): number {
    return this.#reads.get(room) ?? 0;
  }

  move(room: string, seq: number): void {
    this.#reads.set(room, Math.max(seq, this.of(room)));
  }
}
