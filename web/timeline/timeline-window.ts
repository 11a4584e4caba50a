import { lastChange } from '../../client/stream-position.ts';
import type { MessageState } from '../../protocol/frames.ts';
import { SortedNumbers } from '../browser/sorted-numbers.ts';

export interface WindowView {
  /** A new message or the new state of a shown one; its place follows from `seq`. */
  onShown(message: MessageState): void;
  onRemoved(seq: number): void;
}

/** Both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const NOTHING: Range = { from: Number.POSITIVE_INFINITY, to: 0 };
/** Empty so far, and open to every message from now on. */
const PRESENT: Range = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** A part of a room's messages without a gap: between its two ends it has every message that is not deleted. */
export class TimelineWindow {
  #range = PRESENT;
  readonly #messages = new Map<number, MessageState>();
  readonly #order = new SortedNumbers();

  constructor(private readonly view: WindowView) {}

  get from(): number {
    return this.#range.from;
  }

  /** Infinite: every new message is in it. */
  get to(): number {
    return this.#range.to;
  }

  get isAtPresent(): boolean {
    return this.#range.to === Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#order.size;
  }

  has(seq: number): boolean {
    return this.#messages.has(seq);
  }

  covers(seq: number): boolean {
    return seq >= this.#range.from && seq <= this.#range.to;
  }

  putMessage(message: MessageState): void {
    const { seq } = message;
    const known = this.#messages.get(seq);
    if (known !== undefined && lastChange(known) > lastChange(message)) return;
    this.#order.add(seq);
    this.#messages.set(seq, message);
    this.view.onShown(message);
  }

  removeMessage(seq: number): void {
    if (!this.#messages.delete(seq)) return;
    this.#order.remove(seq);
    this.view.onRemoved(seq);
  }

  /** Extends the range; `messages` are all messages of the added part. */
  extend(range: Partial<Range>, messages: readonly MessageState[]): void {
    this.#range = { ...this.#range, ...range };
    for (const message of messages) this.putMessage(message);
  }

  /** Moves to another range; messages in both ranges stay as they are. */
  moveTo(range: Range, messages: readonly MessageState[]): void {
    this.#range = range;
    this.#retainOnly(messages, { from: 0, to: Number.POSITIVE_INFINITY });
  }

  /** Replaces a part of the range: `messages` are all that exist in it. */
  replacePart(part: Range, messages: readonly MessageState[]): void {
    this.#retainOnly(
      messages.filter(({ seq }) => this.covers(seq)),
      part,
    );
  }

  /** From now on new messages are not in it. */
  leavePresent(): void {
    this.#range = { from: this.#range.from, to: Math.min(this.#range.to, this.#order.highest ?? 0) };
  }

  /** Removes messages at one end, so that at most `most` are left. */
  trim(end: 'above' | 'below', most: number): void {
    if (this.size <= most) return;
    const removed = end === 'above' ? this.#order.all.slice(0, -most) : this.#order.all.slice(most);
    for (const seq of removed) this.removeMessage(seq);
    if (end === 'above') this.#range = { ...this.#range, from: this.#order.lowest ?? this.#range.from };
    else this.leavePresent();
  }

  /** The view is not called. */
  reset(where: 'at the present' | 'nowhere'): void {
    this.#range = where === 'nowhere' ? NOTHING : PRESENT;
    this.#messages.clear();
    this.#order.clear();
  }

  #retainOnly(messages: readonly MessageState[], { from, to }: Range): void {
    const retained = new Set(messages.map(({ seq }) => seq));
    const removed = this.#order.all.filter((seq) => seq >= from && seq <= to && !retained.has(seq));
    for (const seq of removed) this.removeMessage(seq);
    for (const message of messages) this.putMessage(message);
  }
}
