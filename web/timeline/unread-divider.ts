/** Unread messages: those of other users after one number, up to another or without an end. */
export interface UnreadRange {
  readonly after: number;
  readonly upTo: number;
}

/** What the list marks as unread. */
export interface UnreadMark {
  /** The divider stands above this message; null: there is no divider. */
  readonly first: number | null;
  /** Null: there are more than are shown. */
  readonly count: number | null;
}

const OPEN_END = Number.POSITIVE_INFINITY;

/** `others`: the messages of other users that are shown, in order; every message from `from` to `to` is shown. */
export function unreadMark(
  range: UnreadRange | null,
  others: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): UnreadMark {
  if (range === null) return { first: null, count: 0 };
  const unread = others.filter((seq) => seq > range.after && seq <= range.upTo);
  const isComplete = from <= range.after + 1 && range.upTo <= to;
  return { first: unread[0] ?? null, count: isComplete ? unread.length : null };
}

/**
 * The place of the divider above unread messages. It is set when the user enters, and when a message arrives while they
 * look away or read further up; it stays until they write.
 */
export class UnreadDivider {
  #epoch = '';
  /** The last position at which the user saw the end of the list, here or elsewhere; null: never. */
  #seen: number | null = null;
  #range: UnreadRange | null = null;

  get range(): UnreadRange | null {
    return this.#range;
  }

  /** `read`: the user's read position from any device; for null (never read) there is no divider, as all is unread. */
  onEntered(epoch: string, read: number | null): void {
    if (epoch !== this.#epoch) this.#seen = null;
    this.#epoch = epoch;
    if (read !== null) this.#raiseSeen(read);
    this.#markFromSeen();
  }

  /** The user sees the end of the list. */
  onSeen(position: number): void {
    const seen = this.#raiseSeen(position);
    if (this.#range?.upTo === OPEN_END) this.#range = { ...this.#range, upTo: seen };
  }

  /** The user has read up to this position in another tab or on another device. */
  onReadElsewhere(position: number): void {
    const isUnseen = this.#seen === null || this.#range?.upTo === OPEN_END;
    this.#raiseSeen(position);
    if (isUnseen) this.#markFromSeen();
  }

  /** A message has arrived that the user does not see. */
  onMissed(): void {
    if (this.#range?.upTo !== OPEN_END) this.#markFromSeen();
  }

  /** A user who writes has read. */
  onWritten(): void {
    this.#range = null;
  }

  #raiseSeen(position: number): number {
    this.#seen = Math.max(this.#seen ?? 0, position);
    return this.#seen;
  }

  /** A user who has never seen the end of the list is not shown where the unread messages begin: all of them are. */
  #markFromSeen(): void {
    this.#range = this.#seen === null ? null : { after: this.#seen, upTo: OPEN_END };
  }
}
