import type { MessageState } from '../../protocol/frames.ts';
import type { CurrentUser } from '../api/current-user.ts';
import { SortedNumbers } from '../browser/sorted-numbers.ts';
import { knownNames } from '../markup/known-names.ts';
import type { TimelineListener } from '../timeline/timeline.ts';
import type { Range } from '../timeline/timeline-window.ts';
import { type UnreadRange, unreadMark } from '../timeline/unread-divider.ts';
import type { JoinLeaveLine } from './join-leave-lines.ts';
import { type ListItem, ListRenderer, type UnreadRows } from './list-renderer.ts';
import { MessageRow } from './message-row.ts';
import { PendingRows } from './pending-rows.ts';

/** Every message between the ends of the range is shown. */
export interface DrawnRange extends Range {
  /** All changes up to this one are known. */
  readonly knownUpTo: number;
  /** Null: no message is marked as unread. */
  readonly unread: UnreadRange | null;
}

export interface MessageListListener {
  /** Another user's message has arrived. */
  onArrival(message: MessageState): void;
  /** The messages shown until now are not part of the history any more. */
  onCleared(): void;
  /** A pending row was added or removed: the list is to be drawn. */
  onPendingChanged(): void;
}

/** The messages of one room, in the order of their numbers; those that are not acknowledged yet stand below them. */
export class MessageList implements TimelineListener {
  readonly pendingRows: PendingRows;
  readonly #renderer = new ListRenderer();
  readonly #rows = new Map<number, MessageRow>();
  readonly #order = new SortedNumbers();
  /** Messages for the next drawing; one that is removed before it never gets a row. */
  readonly #undrawn = new Map<number, MessageState>();
  /** The highest known number. */
  #newestSeq = 0;

  constructor(
    private readonly me: CurrentUser,
    private readonly listener: MessageListListener,
  ) {
    this.pendingRows = new PendingRows(me, () => listener.onPendingChanged());
  }

  rowOf(seq: number): MessageRow | undefined {
    return this.#rows.get(seq);
  }

  /** From the top. */
  get rows(): readonly MessageRow[] {
    return [...this.#order.all.flatMap((seq) => this.#rows.get(seq) ?? []), ...this.pendingRows.all];
  }

  get rowCount(): number {
    return this.#order.size;
  }

  /** Pending messages have no number yet. */
  get newestOwnSeq(): number | undefined {
    return this.#order.all.findLast((seq) => this.#rows.get(seq)?.isOwn);
  }

  get divider(): Element | null {
    return this.#renderer.divider;
  }

  /** Known names are shown as mentions, in the rows that are already there too. */
  learnNames(names: Iterable<string>): void {
    const newNames = knownNames.add(names);
    if (newNames.length === 0) return;
    for (const row of this.rows) row.markMentionsOf(newNames);
  }

  /** `head`: the number of the room's last change. */
  setHead(head: number): void {
    this.#newestSeq = head;
  }

  onCleared(): void {
    this.#undrawn.clear();
    for (const row of this.#rows.values()) row.element.remove();
    this.#rows.clear();
    this.#order.clear();
    this.#renderer.joinLeaveLines.clear();
    this.listener.onCleared();
  }

  onArrived(message: MessageState): void {
    this.#newestSeq = message.seq;
    if (message.user !== this.me.name) this.listener.onArrival(message);
  }

  onShown(message: MessageState): void {
    this.#undrawn.set(message.seq, message);
  }

  onRemoved(seq: number): void {
    this.#undrawn.delete(seq);
    const row = this.#rows.get(seq);
    if (row === undefined) return;
    row.element.remove();
    this.#rows.delete(seq);
    this.#order.remove(seq);
  }

  addJoined(user: string): void {
    this.#renderer.joinLeaveLines.add('joined', user, this.#newestSeq);
  }

  addLeft(user: string): void {
    this.#renderer.joinLeaveLines.add('left', user, this.#newestSeq);
  }

  /** Draws all changes since the last drawing at once. */
  draw({ from, to, knownUpTo, unread }: DrawnRange): void {
    this.learnNames([...this.#undrawn.values()].map(({ user }) => user));
    for (const message of this.#undrawn.values()) this.#showMessage(message);
    this.#undrawn.clear();
    // A message that was stored after the end of the range stays below until the range reaches it.
    this.pendingRows.removeStored(Math.min(knownUpTo, to));
    this.#renderer.joinLeaveLines.retainBetween(from, to);
    this.#renderer.draw(this.#items(), this.#unreadRows(unread, { from, to }));
  }

  #showMessage(message: MessageState): void {
    const { seq, user } = message;
    const row = this.#rows.get(seq) ?? this.pendingRows.releaseRow(message) ?? new MessageRow(this.me, user);
    row.showMessage(message);
    this.#order.add(seq);
    this.#rows.set(seq, row);
  }

  *#items(): Generator<ListItem> {
    const lines = [...this.#renderer.joinLeaveLines.all];
    for (const seq of this.#order.all) {
      while (lines[0] !== undefined && lines[0].after < seq) yield* itemsOf(lines.splice(0, 1));
      const row = this.#rows.get(seq);
      if (row !== undefined) yield itemOf(row);
    }
    yield* itemsOf(lines);
    for (const row of this.pendingRows.all) yield itemOf(row);
  }

  #unreadRows(range: UnreadRange | null, shown: Range): UnreadRows {
    const others = range === null ? [] : this.#order.all.filter((seq) => this.#rows.get(seq)?.isOwn === false);
    const { first, count } = unreadMark(range, others, shown);
    return { first: this.#rows.get(first ?? 0) ?? null, count };
  }
}

function itemOf(row: MessageRow): ListItem {
  return { kind: 'row', row, user: row.user, at: row.at };
}

function itemsOf(lines: readonly JoinLeaveLine[]): ListItem[] {
  return lines.map((line) => ({ kind: 'line', line, at: line.at }));
}
