/** What is new to a reader: others' messages after one number, up to another one, or to whatever comes. */
export interface UnreadRange {
  readonly after: number;
  readonly upTo: number;
}

const OPEN_END = Number.POSITIVE_INFINITY;

/**
 * Where the line of what is new stands. It is drawn for who comes in, and for who looked away, or read above, while
 * something was said; and stays where it was drawn until its reader writes.
 */
export class UnreadDivider {
  #epoch = '';
  /** As far as the end of the list was seen. */
  #seen = 0;
  #range: UnreadRange | null = null;

  get range(): UnreadRange | null {
    return this.#range;
  }

  /** `read`: how far this person has read, on whatever device; who never did (null) finds nothing new, as all of it is. */
  onEntered(epoch: string, read: number | null): void {
    this.#seen = Math.max(read ?? 0, epoch === this.#epoch ? this.#seen : 0);
    this.#epoch = epoch;
    this.#range = read === null && this.#seen === 0 ? null : { after: this.#seen, upTo: OPEN_END };
  }

  /** The end of the list is before the reader's eyes. */
  onSeen(position: number): void {
    this.#seen = Math.max(this.#seen, position);
    if (this.#range?.upTo === OPEN_END) this.#range = { ...this.#range, upTo: this.#seen };
  }

  /** Somebody said something that the reader does not see. */
  onMissed(): void {
    if (this.#range?.upTo !== OPEN_END) this.#range = { after: this.#seen, upTo: OPEN_END };
  }

  /** Who writes has read. */
  onWritten(): void {
    this.#range = null;
  }
}
