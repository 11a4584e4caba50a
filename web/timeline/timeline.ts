import type { MessageState, ServerFrame } from '../../protocol/frames.ts';
import { type ChangeFrame, isDeletion, lastChange } from './message-change.ts';
import { Paginator } from './paginator.ts';
import { TimelineWindow, type WindowView } from './timeline-window.ts';

export type HistoryFrame = Extract<
  ServerFrame,
  { type: 'welcome' | 'replay' | 'live' | 'heartbeat' | 'chat_message' | 'message_changed' }
>;

export interface TimelineListener extends WindowView {
  /** The shown messages belong to another history, or lie far from those shown next. */
  onCleared(): void;
  /** A message was posted just now, whether it is in the window or not. */
  onArrived(message: MessageState): void;
}

/** Where a client can resume: it has all changes up to `after` in the history `epoch`. */
export interface StreamPosition {
  readonly after: number;
  readonly epoch: string;
}

/**
 * The client's part of a room's history, built from frames and pages alone: a window on its messages. Whatever the
 * network loses, repeats or cuts off, the window has between its ends exactly what the server has.
 */
export class Timeline {
  readonly window: TimelineWindow;
  readonly paginator: Paginator;
  #epoch = '';
  /** All changes up to here are known; null from a fresh entry until its `live`. */
  #last: number | null = null;
  /** `gap`: a change is missing; frames are ignored until a new entry. */
  #phase: 'entering' | 'replaying' | 'live' | 'gap' = 'entering';
  #head = 0;
  /** The number of messages that a fresh entry brings at most. */
  #history = 0;
  #entryCount = 0;
  /** The highest message number received. */
  #newest = 0;

  /** `isReadAbove`: the reader is above the end of the list, so a fresh entry must not take the messages away. */
  constructor(
    private readonly view: TimelineListener,
    private readonly isReadAbove: () => boolean = () => false,
  ) {
    this.window = new TimelineWindow(view);
    this.paginator = new Paginator(this.window, () => (this.isLive ? this.#last : null));
  }

  /** Null: the client can only enter afresh. */
  get position(): StreamPosition | null {
    return this.#last === null ? null : { after: this.#last, epoch: this.#epoch };
  }

  get isLive(): boolean {
    return this.#phase === 'live';
  }

  /** The number of changes that are known to be missing. */
  get missingCount(): number {
    return this.#last === null ? 0 : Math.max(0, this.#head - this.#last);
  }

  /** The room has no messages, as far as the client knows. */
  get isEmpty(): boolean {
    const { window, paginator } = this;
    return this.isLive && window.isAtPresent && window.size === 0 && !paginator.hasEarlier;
  }

  /** `gap`: a change is missing; the caller reconnects with the position. */
  applyFrame(frame: HistoryFrame): 'fine' | 'gap' {
    if (frame.type === 'welcome') return this.#onWelcome(frame);
    if (this.#phase === 'gap') return 'fine';
    switch (frame.type) {
      case 'replay':
        this.#phase = 'replaying';
        return 'fine';
      case 'live':
        return this.#onLive(frame.head);
      case 'heartbeat':
        return this.#isComplete(frame.head) ? 'fine' : this.#reportGap();
      case 'chat_message':
      case 'message_changed':
        return this.#onChange(frame);
      default:
        return frame satisfies never;
    }
  }

  #onWelcome(frame: Extract<HistoryFrame, { type: 'welcome' }>): 'fine' {
    this.#phase = 'entering';
    this.#head = frame.head;
    if (frame.resumed && this.#last !== null) return 'fine';
    const isKept = frame.epoch === this.#epoch && this.window.size > 0 && this.isReadAbove();
    this.#epoch = frame.epoch;
    this.#last = null;
    this.#history = frame.history;
    this.#entryCount = 0;
    this.#newest = frame.head;
    this.paginator.onFreshEntry(isKept ? 'keep' : 'clear');
    if (!isKept) this.view.onCleared();
    return 'fine';
  }

  #onLive(head: number): 'fine' {
    if (this.#last === null && this.window.isAtPresent) {
      const isAll = this.#entryCount < this.#history;
      this.window.extend({ from: isAll ? 0 : Math.min(this.window.from, head + 1) }, []);
    }
    this.#last = Math.max(this.#last ?? 0, head);
    this.#phase = 'live';
    this.paginator.onLive();
    return 'fine';
  }

  #isComplete(head: number | undefined): boolean {
    return this.#phase !== 'live' || head === undefined || head <= (this.#last ?? 0);
  }

  #reportGap(): 'gap' {
    this.#phase = 'gap';
    return 'gap';
  }

  #onChange(frame: ChangeFrame): 'fine' | 'gap' {
    if ('repeat' in frame) return 'fine';
    const changed = lastChange(frame);
    const last = this.#last ?? 0;
    if (this.#phase === 'live' && changed <= last) return 'fine';
    if (this.#phase === 'live' && changed > last + 1) return this.#reportGap();
    this.#applyChange(frame);
    if (this.#last !== null) this.#last = Math.max(last, changed);
    return 'fine';
  }

  #applyChange(frame: ChangeFrame): void {
    if (this.#last === null) this.#extendOnEntry(frame);
    this.paginator.onChange(frame);
    if (isDeletion(frame)) this.window.removeMessage(frame.seq);
    else if (this.window.covers(frame.seq)) this.window.putMessage(frame);
    if (frame.type === 'chat_message' && frame.seq > this.#newest) this.#emitArrived(frame);
  }

  #extendOnEntry({ type, seq }: ChangeFrame): void {
    if (type !== 'chat_message' || !this.window.isAtPresent || this.window.has(seq)) return;
    this.#entryCount++;
    this.window.extend({ from: Math.min(this.window.from, seq) }, []);
  }

  #emitArrived(message: MessageState): void {
    this.#newest = message.seq;
    if (this.#last !== null) this.view.onArrived(message);
  }
}
