import type { MessageState, ServerFrame } from '../../protocol/frames.ts';
import { type ChangeFrame, isDeletion, lastChange } from './message-change.ts';
import { Paginator } from './paginator.ts';
import { TimelineWindow, type WindowView } from './timeline-window.ts';

export type HistoryFrame = Extract<
  ServerFrame,
  { type: 'welcome' | 'replay' | 'live' | 'heartbeat' | 'chat_message' | 'message_changed' }
>;

export interface TimelineListener extends WindowView {
  /** What was shown is no longer part of this history, or far from what is shown now. */
  cleared(): void;
  /** Somebody said something just now, be it in what is shown or not. */
  arrived(message: MessageState): void;
}

/** Where a client can go on from: complete up to `after` in the history `epoch`. */
export interface StreamPosition {
  readonly after: number;
  readonly epoch: string;
}

/**
 * What a reader has of a room, made from frames and pages alone: a window on its messages. Whatever is lost, repeated
 * or cut off on the way, what is shown between the window's ends is what the server has.
 */
export class Timeline {
  readonly window: TimelineWindow;
  readonly paging: Paginator;
  #epoch = '';
  /** Complete up to here; null as long as a fresh entry has not come to `live`. */
  #last: number | null = null;
  /** `torn`: something is missing, nothing counts until a new entry. */
  #phase: 'entering' | 'replaying' | 'live' | 'torn' = 'entering';
  #head = 0;
  /** How many messages a fresh entry brings if there are so many. */
  #history = 0;
  #brought = 0;
  /** The highest number of a message that was heard of. */
  #newest = 0;

  /** `isReadAbove`: what is shown is being read, and not at its end: a fresh entry is not to take it away. */
  constructor(
    private readonly view: TimelineListener,
    private readonly isReadAbove: () => boolean = () => false,
  ) {
    this.window = new TimelineWindow(view);
    this.paging = new Paginator(this.window, () => (this.isLive ? this.#last : null));
  }

  /** Null: only a fresh entry will do. */
  get position(): StreamPosition | null {
    return this.#last === null ? null : { after: this.#last, epoch: this.#epoch };
  }

  get isLive(): boolean {
    return this.#phase === 'live';
  }

  /** Changes that are known to be missing. */
  get toGo(): number {
    return this.#last === null ? 0 : Math.max(0, this.#head - this.#last);
  }

  /** Nobody has written here, as far as anybody knows. */
  get isEmpty(): boolean {
    const { window, paging } = this;
    return this.isLive && window.isAttached && window.size === 0 && !paging.hasEarlier;
  }

  /** Answers whether something is missing: then come back with the position. */
  take(frame: HistoryFrame): 'fine' | 'gap' {
    if (frame.type === 'welcome') return this.#enter(frame);
    if (this.#phase === 'torn') return 'fine';
    switch (frame.type) {
      case 'replay':
        this.#phase = 'replaying';
        return 'fine';
      case 'live':
        return this.#goLive(frame.head);
      case 'heartbeat':
        return this.#isLive(frame.head) ? 'fine' : this.#gap();
      case 'chat_message':
      case 'message_changed':
        return this.#change(frame);
      default:
        return frame satisfies never;
    }
  }

  #enter(frame: Extract<HistoryFrame, { type: 'welcome' }>): 'fine' {
    this.#phase = 'entering';
    this.#head = frame.head;
    if (frame.resumed && this.#last !== null) return 'fine';
    const stays = frame.epoch === this.#epoch && this.window.size > 0 && this.isReadAbove();
    this.#epoch = frame.epoch;
    this.#last = null;
    this.#history = frame.history;
    this.#brought = 0;
    this.#newest = frame.head;
    this.paging.close(stays ? 'stays' : 'goes');
    if (!stays) this.view.cleared();
    return 'fine';
  }

  #goLive(head: number): 'fine' {
    if (this.#last === null && this.window.isAttached) {
      const isAll = this.#brought < this.#history;
      this.window.widen({ from: isAll ? 0 : Math.min(this.window.from, head + 1) }, []);
    }
    this.#last = Math.max(this.#last ?? 0, head);
    this.#phase = 'live';
    this.paging.open();
    return 'fine';
  }

  #isLive(head: number | undefined): boolean {
    return this.#phase !== 'live' || head === undefined || head <= (this.#last ?? 0);
  }

  #gap(): 'gap' {
    this.#phase = 'torn';
    return 'gap';
  }

  #change(frame: ChangeFrame): 'fine' | 'gap' {
    if ('repeat' in frame) return 'fine';
    const changed = lastChange(frame);
    const last = this.#last ?? 0;
    if (this.#phase === 'live' && changed <= last) return 'fine';
    if (this.#phase === 'live' && changed > last + 1) return this.#gap();
    this.#apply(frame);
    if (this.#last !== null) this.#last = Math.max(last, changed);
    return 'fine';
  }

  #apply(frame: ChangeFrame): void {
    if (this.#last === null) this.#firstSeen(frame);
    this.paging.changed(frame);
    if (isDeletion(frame)) this.window.take(frame.seq);
    else if (this.window.covers(frame.seq)) this.window.put(frame);
    if (frame.type === 'chat_message' && frame.seq > this.#newest) this.#arrived(frame);
  }

  #firstSeen({ type, seq }: ChangeFrame): void {
    if (type !== 'chat_message' || !this.window.isAttached || this.window.has(seq)) return;
    this.#brought++;
    this.window.widen({ from: Math.min(this.window.from, seq) }, []);
  }

  #arrived(message: MessageState): void {
    this.#newest = message.seq;
    if (this.#last !== null) this.view.arrived(message);
  }
}
