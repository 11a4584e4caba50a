import type { MessageState, ServerFrame } from '../protocol/frames.ts';
import { type ChangeFrame, type EarlierPage, EarlierPages, lastChange } from './earlier-pages.ts';

export type HistoryFrame = Extract<
  ServerFrame,
  { type: 'welcome' | 'replay' | 'live' | 'heartbeat' | 'chat_message' | 'message_changed' }
>;

export interface ConversationView {
  /** What was shown is no longer part of this history. */
  cleared(): void;
  /** A new message, or a message's new state; its place is told by its `seq`. */
  shown(message: MessageState): void;
  taken(seq: number): void;
}

/** Where a client can go on from: complete up to `after` in the history `epoch`. */
export interface Position {
  readonly after: number;
  readonly epoch: string;
}

/**
 * What a reader has of a room, made from frames alone: whatever is lost, repeated or cut off on the way, what is shown
 * from `floor` on is what the server has.
 */
export class Conversation {
  #epoch = '';
  /** Complete up to here; null as long as a fresh entry has not come to `live`. */
  #last: number | null = null;
  /** `torn`: something is missing, nothing counts until a new entry. */
  #phase: 'entering' | 'replaying' | 'live' | 'torn' = 'entering';
  /** From this number on every message is here. */
  #floor = Number.POSITIVE_INFINITY;
  #head = 0;
  /** How many messages a fresh entry brings if there are so many. */
  #history = 0;
  #brought = 0;
  readonly #messages = new Map<number, MessageState>();
  readonly #earlier = new EarlierPages();

  constructor(private readonly view: ConversationView) {}

  /** Null: only a fresh entry will do. */
  get position(): Position | null {
    return this.#last === null ? null : { after: this.#last, epoch: this.#epoch };
  }

  get isLive(): boolean {
    return this.#phase === 'live';
  }

  /** Changes that are known to be missing. */
  get toGo(): number {
    return this.#last === null ? 0 : Math.max(0, this.#head - this.#last);
  }

  get hasEarlier(): boolean {
    return this.#last !== null && this.#floor > 1;
  }

  has(seq: number): boolean {
    return this.#messages.has(seq);
  }

  get isEmpty(): boolean {
    return this.#messages.size === 0;
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
        return this.#isLive(frame.head) ? 'fine' : this.#tear();
      case 'chat_message':
      case 'message_changed':
        return this.#change(frame);
      default:
        return frame satisfies never;
    }
  }

  /** Null when there are none, or some are on their way already. */
  askEarlier(): EarlierPage | null {
    return this.hasEarlier ? this.#earlier.ask(this.#floor) : null;
  }

  /** `messages`: oldest first; fewer than `asked` means that there are no more. */
  earlierCame(page: EarlierPage, messages: readonly MessageState[], asked: number): void {
    const current = this.#earlier.end(page, messages);
    if (current === null) return;
    this.#floor = messages.length < asked ? 0 : (messages[0]?.seq ?? 0);
    for (const message of current) this.#put(message);
  }

  earlierFailed(page: EarlierPage): void {
    this.#earlier.end(page, []);
  }

  #enter(frame: Extract<HistoryFrame, { type: 'welcome' }>): 'fine' {
    this.#phase = 'entering';
    this.#head = frame.head;
    if (frame.resumed && this.#last !== null) return 'fine';
    this.#messages.clear();
    this.#earlier.forget();
    this.#epoch = frame.epoch;
    this.#last = null;
    this.#floor = Number.POSITIVE_INFINITY;
    this.#history = frame.history;
    this.#brought = 0;
    this.view.cleared();
    return 'fine';
  }

  #goLive(head: number): 'fine' {
    if (this.#last === null) {
      const isAll = this.#brought < this.#history;
      this.#floor = isAll ? 0 : Math.min(this.#floor, head + 1);
    }
    this.#last = Math.max(this.#last ?? 0, head);
    this.#phase = 'live';
    return 'fine';
  }

  #isLive(head: number | undefined): boolean {
    return this.#phase !== 'live' || head === undefined || head <= (this.#last ?? 0);
  }

  #tear(): 'gap' {
    this.#phase = 'torn';
    return 'gap';
  }

  #change(frame: ChangeFrame): 'fine' | 'gap' {
    if ('repeat' in frame) return 'fine';
    const changed = lastChange(frame);
    const last = this.#last ?? 0;
    if (this.#phase === 'live' && changed <= last) return 'fine';
    if (this.#phase === 'live' && changed > last + 1) return this.#tear();
    this.#apply(frame);
    if (this.#last !== null) this.#last = Math.max(last, changed);
    return 'fine';
  }

  #apply(frame: ChangeFrame): void {
    const isFirstSeen = this.#last === null && frame.type === 'chat_message' && !this.has(frame.seq);
    if (isFirstSeen) this.#brought++;
    if (isFirstSeen) this.#floor = Math.min(this.#floor, frame.seq);
    if (frame.seq < this.#floor) this.#earlier.changed(frame);
    else if ('deleted' in frame) this.#remove(frame.seq);
    else this.#put(frame);
  }

  #put(message: MessageState): void {
    const known = this.#messages.get(message.seq);
    if (known !== undefined && lastChange(known) > lastChange(message)) return;
    this.#messages.set(message.seq, message);
    this.view.shown(message);
  }

  #remove(seq: number): void {
    if (this.#messages.delete(seq)) this.view.taken(seq);
  }
}
