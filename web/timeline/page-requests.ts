import { type ChangeFrame, lastChange } from '../../client/stream-position.ts';
import type { MessageState } from '../../protocol/frames.ts';
import { isDeletion } from './message-change.ts';

/** One request for a part of the history: before, after or around a number, the newest, or the shown part once more. */
export interface HistoryPage {
  readonly kind: 'earlier' | 'later' | 'around' | 'newest' | 'again';
  readonly seq: number;
  readonly limit: number;
  /** All changes up to this one were known when the page was requested. */
  readonly known: number;
}

export interface PageResult {
  /** The page, brought up to date. */
  readonly messages: readonly MessageState[];
  /** Messages posted since it was requested. */
  readonly since: readonly MessageState[];
}

/**
 * Pages come over HTTP, so a page may be older than a change that the socket has brought meanwhile. Such changes are
 * collected until the page arrives; otherwise a deleted message would come back and a new one would be missing.
 *
 * A page may be newer, too. A message in it that the socket has not brought yet is left out: its frame follows. If it is
 * deleted before that, no frame ever follows, because the server takes it that the client never had the message.
 */
export class PageRequests {
  #pending: HistoryPage | null = null;
  readonly #changes = new Map<number, ChangeFrame>();

  get pending(): HistoryPage | null {
    return this.#pending;
  }

  /** Replaces the pending page, whose result is then ignored. */
  start(page: HistoryPage): HistoryPage {
    this.cancel();
    this.#pending = page;
    return page;
  }

  onChange(frame: ChangeFrame): void {
    if (this.#pending !== null) this.#changes.set(frame.seq, frame);
  }

  /** Null when this page is no longer awaited. */
  complete(page: HistoryPage, messages: readonly MessageState[]): PageResult | null {
    if (page !== this.#pending) return null;
    const since = [...this.#changes.values()].filter(({ seq }) => seq > page.known);
    const result = {
      messages: messages.filter(({ seq }) => seq <= page.known).flatMap((message) => this.#latestState(message)),
      since: since.flatMap((frame) => (isDeletion(frame) ? [] : [frame])).sort((a, b) => a.seq - b.seq),
    };
    this.cancel();
    return result;
  }

  cancel(): void {
    this.#pending = null;
    this.#changes.clear();
  }

  #latestState(message: MessageState): MessageState[] {
    const change = this.#changes.get(message.seq);
    if (change === undefined) return [message];
    if (isDeletion(change)) return [];
    return lastChange(change) > lastChange(message) ? [change] : [message];
  }
}
