import type { MessageState } from '../../protocol/frames.ts';
import type { CurrentUser } from '../api/current-user.ts';
import { SortedNumbers } from '../browser/sorted-numbers.ts';
import { knownNames } from '../markup/known-names.ts';
import type { TimelineListener } from '../timeline/timeline.ts';
import type { Range } from '../timeline/timeline-window.ts';
import type { UnreadRange } from '../timeline/unread-divider.ts';
import type { JoinLeaveLine } from './join-leave-lines.ts';
import { type ListItem, ListRenderer, type NewRows } from './list-renderer.ts';
import { MessageRow } from './message-row.ts';
import { PendingRows } from './pending-rows.ts';

/** Between its ends every message is shown. */
export interface KnownMessages extends Range {
  /** Up to which change everything is known. */
  readonly known: number;
  /** Null: nothing is marked as new. */
  readonly isNew: UnreadRange | null;
}

export interface MessageListListener {
  othersSaid(message: MessageState): void;
  /** What was shown is no part of the history any more. */
  cleared(): void;
  /** It is to be drawn. */
  altered(): void;
}

/** The messages of one room, in the order of their numbers; what is not acknowledged yet stands below them. */
export class MessageList implements TimelineListener {
  readonly own: PendingRows;
  readonly #picture = new ListRenderer();
  readonly #rows = new Map<number, MessageRow>();
  readonly #order = new SortedNumbers();
  /** What is to be shown when it is drawn the next time; what comes and goes before that never has a row. */
  readonly #due = new Map<number, MessageState>();
  /** The highest number that is known. */
  #newest = 0;

  constructor(
    private readonly me: CurrentUser,
    private readonly ears: MessageListListener,
  ) {
    this.own = new PendingRows(me, () => ears.altered());
  }

  row(seq: number): MessageRow | undefined {
    return this.#rows.get(seq);
  }

  get size(): number {
    return this.#order.size;
  }

  /** Of one's own that are stored. */
  get newestOwn(): number | undefined {
    return this.#order.all.findLast((seq) => this.#rows.get(seq)?.isOwn);
  }

  get newLine(): Element | null {
    return this.#picture.newLine;
  }

  /** Who is known by name can be mentioned, in what stands here already too. */
  met(names: Iterable<string>): void {
    const strangers = knownNames.add(names);
    if (strangers.length === 0) return;
    for (const row of [...this.#rows.values(), ...this.own.all]) row.met(strangers);
  }

  /** `head`: the number of the room's last change. */
  entered(head: number): void {
    this.#newest = head;
  }

  cleared(): void {
    this.#due.clear();
    for (const row of this.#rows.values()) row.element.remove();
    this.#rows.clear();
    this.#order.clear();
    this.#picture.lines.clear();
    this.ears.cleared();
  }

  arrived(message: MessageState): void {
    this.#newest = message.seq;
    if (message.user !== this.me.name) this.ears.othersSaid(message);
  }

  shown(message: MessageState): void {
    this.#due.set(message.seq, message);
  }

  taken(seq: number): void {
    this.#due.delete(seq);
    const row = this.#rows.get(seq);
    if (row === undefined) return;
    row.element.remove();
    this.#rows.delete(seq);
    this.#order.remove(seq);
  }

  came(user: string): void {
    this.#picture.lines.say('joined', user, this.#newest);
  }

  went(user: string): void {
    this.#picture.lines.say('left', user, this.#newest);
  }

  /** All that was said to the list since the last time, at once. */
  draw({ from, to, known, isNew }: KnownMessages): void {
    this.met([...this.#due.values()].map(({ user }) => user));
    for (const message of this.#due.values()) this.#show(message);
    this.#due.clear();
    // What was stored behind the end of what is shown has no place in it yet.
    this.own.dropStored(Math.min(known, to));
    this.#picture.lines.keepBetween(from, to);
    this.#picture.draw(this.#items(), this.#newRows(isNew, { from, to }));
  }

  #show(message: MessageState): void {
    const { seq, user } = message;
    const row = this.#rows.get(seq) ?? this.own.take(message) ?? new MessageRow(this.me, user);
    row.show(message);
    this.#order.add(seq);
    this.#rows.set(seq, row);
  }

  *#items(): Generator<ListItem> {
    const lines = [...this.#picture.lines.all];
    for (const seq of this.#order.all) {
      while (lines[0] !== undefined && lines[0].after < seq) yield* itemsOf(lines.splice(0, 1));
      const row = this.#rows.get(seq);
      if (row !== undefined) yield itemOf(row);
    }
    yield* itemsOf(lines);
    for (const row of this.own.all) yield itemOf(row);
  }

  /** Only what is shown can be counted. */
  #newRows(part: UnreadRange | null, { from, to }: Range): NewRows {
    if (part === null) return { has: () => false, count: 0 };
    const seqs = this.#order.all.filter((seq) => seq > part.after && this.#rows.get(seq)?.isOwn === false);
    const first = this.#rows.get(seqs[0] ?? 0);
    const isAll = from <= part.after + 1 && part.upTo <= to;
    return { has: (row) => row === first, count: isAll ? seqs.filter((seq) => seq <= part.upTo).length : null };
  }
}

function itemOf(row: MessageRow): ListItem {
  return { kind: 'row', row, user: row.user, at: row.at };
}

function itemsOf(lines: readonly JoinLeaveLine[]): ListItem[] {
  return lines.map((line) => ({ kind: 'line', line, at: line.at }));
}
