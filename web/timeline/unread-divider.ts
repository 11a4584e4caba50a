/** Unread messages: those of other users after one number, up to another or without an end. */
export interface UnreadRange {
  readonly after: number;
  readonly upTo: number;
}

const OPEN_END = Number.POSITIVE_INFINITY;

/**
 * The place of the divider above unread messages. It is set when the user enters, and when a message arrives while they
 * look away or read further up; it stays until they write.
 */
export class UnreadDivider {
  #epoch = '';
  /** The last position at which the user saw the end of the list. */
  #seen = 0;
  #range: UnreadRange | null = null;

  get range(): UnreadRange | null {
    return this.#range;
  }

  /** `read`: the user's read position from any device; for null (never read) there is no divider, as all is unread. */
  onEntered(epoch: string, read: number | null): void {
    this.#seen = Math.max(read ?? 0, epoch === this.#epoch ? this.#seen : 0);
    this.#epoch = epoch;
    this.#range = read === null && this.#seen === 0 ? null : { after: this.#seen, upTo: OPEN_END };
  }

  /** The user sees the end of the list. */
  onSeen(position: number): void {
    this.#seen = Math.max(this.#seen, position);
    if (this.#range?.upTo === OPEN_END) this.#range = { ...this.#range, upTo: this.#seen };
  }

  /** A message has arrived that the user does not see. */
  onMissed(): void {
    if (this.#range?.upTo !== OPEN_END) this.#range = { after: this.#seen, upTo: OPEN_END };
  }

  /** A user who writes has read. */
  onWritten(): void {
    this.#range = null;
  }
}
