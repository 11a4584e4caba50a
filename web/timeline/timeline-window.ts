import type { MessageState } from '../../protocol/frames.ts';
import { SortedNumbers } from '../browser/sorted-numbers.ts';
import { lastChange } from './message-change.ts';

export interface WindowView {
  /** A message that was not there, or its new state; its place is told by its `seq`. */
  shown(message: MessageState): void;
  taken(seq: number): void;
}

/** From where to where it is, both ends in it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const NOTHING: Range = { from: Number.POSITIVE_INFINITY, to: 0 };
/** Nothing yet, and all that is said from now on. */
const PRESENT: Range = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** A part of a room's messages without a gap: between its two ends every message is here that is not deleted. */
export class TimelineWindow {
  #range = PRESENT;
  readonly #messages = new Map<number, MessageState>();
  readonly #order = new SortedNumbers();

  constructor(private readonly view: WindowView) {}

  get from(): number {
    return this.#range.from;
  }

  /** Infinite: whatever is said is in it. */
  get to(): number {
    return this.#range.to;
  }

  get isAttached(): boolean {
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

  put(message: MessageState): void {
    const { seq } = message;
    const known = this.#messages.get(seq);
    if (known !== undefined && lastChange(known) > lastChange(message)) return;
    this.#order.add(seq);
    this.#messages.set(seq, message);
    this.view.shown(message);
  }

  take(seq: number): void {
    if (!this.#messages.delete(seq)) return;
    this.#order.remove(seq);
    this.view.taken(seq);
  }

  /** Reaches further; `messages` are all that is new in it. */
  widen(range: Partial<Range>, messages: readonly MessageState[]): void {
    this.#range = { ...this.#range, ...range };
    for (const message of messages) this.put(message);
  }

  /** Is elsewhere: what is in both stays as it is. */
  moveTo(range: Range, messages: readonly MessageState[]): void {
    this.#range = range;
    this.#keepOnly(messages, { from: 0, to: Number.POSITIVE_INFINITY });
  }

  /** All that there is in a part of it. */
  correct(part: Range, messages: readonly MessageState[]): void {
    this.#keepOnly(
      messages.filter(({ seq }) => this.covers(seq)),
      part,
    );
  }

  /** What is said from now on is not in it any more. */
  detach(): void {
    this.#range = { from: this.#range.from, to: Math.min(this.#range.to, this.#order.highest ?? 0) };
  }

  /** Lets go of the messages at one end, so that at most so many are left. */
  trim(end: 'above' | 'below', most: number): void {
    if (this.size <= most) return;
    const gone = end === 'above' ? this.#order.all.slice(0, -most) : this.#order.all.slice(most);
    for (const seq of gone) this.take(seq);
    if (end === 'above') this.#range = { ...this.#range, from: this.#order.lowest ?? this.#range.from };
    else this.detach();
  }

  /** Without telling the view. */
  reset(where: 'at the present' | 'nowhere'): void {
    this.#range = where === 'nowhere' ? NOTHING : PRESENT;
    this.#messages.clear();
    this.#order.clear();
  }

  #keepOnly(messages: readonly MessageState[], { from, to }: Range): void {
    const kept = new Set(messages.map(({ seq }) => seq));
    const gone = this.#order.all.filter((seq) => seq >= from && seq <= to && !kept.has(seq));
    for (const seq of gone) this.take(seq);
    for (const message of messages) this.put(message);
  }
}
