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
  #part: UnreadRange | null = null;

  get part(): UnreadRange | null {
    return this.#part;
  }

  /** `read`: how far this person has read, on whatever device; who never did (null) finds nothing new, as all of it is. */
  entered(epoch: string, read: number | null): void {
    this.#seen = Math.max(read ?? 0, epoch === this.#epoch ? this.#seen : 0);
    this.#epoch = epoch;
    this.#part = read === null && this.#seen === 0 ? null : { after: this.#seen, upTo: OPEN_END };
  }

  /** The end of the list is before the reader's eyes. */
  seen(position: number): void {
    this.#seen = Math.max(this.#seen, position);
    if (this.#part?.upTo === OPEN_END) this.#part = { ...this.#part, upTo: this.#seen };
  }

  /** Somebody said something that the reader does not see. */
  missed(): void {
    if (this.#part?.upTo !== OPEN_END) this.#part = { after: this.#seen, upTo: OPEN_END };
  }

  /** Who writes has read. */
  wrote(): void {
    this.#part = null;
  }
}
