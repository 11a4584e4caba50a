import { type ChangeFrame, type ResumePoint, StreamPosition } from '../../client/stream-position.ts';
import type { MessageState, ServerFrame } from '../../protocol/frames.ts';
import { isDeletion } from './message-change.ts';
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

/**
 * The client's part of a room's history, built from frames and pages alone: a window on its messages. Whatever the
 * network loses, repeats or cuts off, the window has between its ends exactly what the server has.
 */
export class Timeline {
  readonly window: TimelineWindow;
  readonly paginator: Paginator;
  readonly #stream = new StreamPosition();
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
    this.paginator = new Paginator(this.window, () => (this.isLive ? this.#stream.last : null));
  }

  /** Null: the client can only enter afresh. */
  get position(): ResumePoint | null {
    return this.#stream.resumePoint;
  }

  get isLive(): boolean {
    return this.#stream.isLive;
  }

  /** The number of changes that are known to be missing. */
  get missingCount(): number {
    return this.#stream.missingCount;
  }

  /** The room has no messages, as far as the client knows. */
  get isEmpty(): boolean {
    const { window, paginator } = this;
    return this.isLive && window.isAtPresent && window.size === 0 && !paginator.hasEarlier;
  }

  /** `gap`: a change is missing; the caller reconnects with the position. */
  applyFrame(frame: HistoryFrame): 'fine' | 'gap' {
    switch (frame.type) {
      case 'welcome':
        return this.#onWelcome(frame);
      case 'replay':
        this.#stream.onReplay();
        return 'fine';
      case 'live':
        return this.#onLive(frame.head);
      case 'heartbeat':
        return this.#stream.onHeartbeat(frame.head) === 'gap' ? 'gap' : 'fine';
      case 'chat_message':
      case 'message_changed':
        return this.#onChange(frame);
      default:
        return frame satisfies never;
    }
  }

  #onWelcome(frame: Extract<HistoryFrame, { type: 'welcome' }>): 'fine' {
    const epochBefore = this.#stream.epoch;
    if (this.#stream.onWelcome(frame) === 'resumed') return 'fine';
    const isKept = frame.epoch === epochBefore && this.window.size > 0 && this.isReadAbove();
    this.#history = frame.history;
    this.#entryCount = 0;
    this.#newest = frame.head;
    this.paginator.onFreshEntry(isKept ? 'keep' : 'clear');
    if (!isKept) this.view.onCleared();
    return 'fine';
  }

  #onLive(head: number): 'fine' {
    if (this.#stream.hasGap) return 'fine';
    if (this.#stream.last === null && this.window.isAtPresent) {
      const isAll = this.#entryCount < this.#history;
      this.window.extend({ from: isAll ? 0 : Math.min(this.window.from, head + 1) }, []);
    }
    this.#stream.onLive(head);
    this.paginator.onLive();
    return 'fine';
  }

  #onChange(frame: ChangeFrame): 'fine' | 'gap' {
    const step = this.#stream.onChange(frame);
    if (step === 'apply') this.#applyChange(frame);
    return step === 'gap' ? 'gap' : 'fine';
  }

  #applyChange(frame: ChangeFrame): void {
    if (this.#stream.last === null) this.#extendOnEntry(frame);
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
    if (this.#stream.last !== null) this.view.onArrived(message);
  }
}
