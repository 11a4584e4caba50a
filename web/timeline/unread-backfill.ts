import type { MessageState } from '../../protocol/frames.ts';
import type { HistoryPage } from './page-requests.ts';
import type { Paginator } from './paginator.ts';

export interface UnreadBackfillParts {
  readonly me: string;
  readonly window: { readonly from: number; readonly isAtPresent: boolean };
  readonly paginator: Pick<Paginator, 'requestEarlier' | 'hasEarlier'>;
  readonly load: (page: HistoryPage) => void;
}

/** A user who was away for longer scrolls up for the rest. */
const MAX_PAGES = 2;

/** On entering a room that the user has read before: loads unread messages older than the history that every entry gets. */
export class UnreadBackfill {
  #read: number | null = null;
  #pagesLeft = 0;
  #isOver = true;
  #page: HistoryPage | null = null;

  constructor(private readonly parts: UnreadBackfillParts) {}

  get isOver(): boolean {
    return this.#isOver;
  }

  /** `read`: the user's read position, null when they never read. */
  start(read: number | null): void {
    this.#read = read;
    this.#pagesLeft = MAX_PAGES;
    this.#isOver = false;
    this.#page = null;
  }

  /** To be called after every change. True: the backfill ends with this call. */
  onChange(): boolean {
    if (this.#isOver || this.#page !== null) return false;
    this.#isOver = !this.#isMissing;
    if (!this.#isOver) this.#requestPage();
    return this.#isOver;
  }

  /** A backfill page without unread messages is not shown; `messages` is null when the page could not be loaded. */
  isWanted(page: HistoryPage, messages: readonly MessageState[] | null): boolean {
    if (page !== this.#page) return true;
    this.#page = null;
    const hasUnread = messages?.some(({ seq, user }) => seq > (this.#read ?? 0) && user !== this.parts.me) ?? false;
    if (!hasUnread) this.#pagesLeft = 0;
    return hasUnread;
  }

  get #isMissing(): boolean {
    const { window, paginator } = this.parts;
    if (this.#read === null || this.#pagesLeft === 0) return false;
    return window.isAtPresent && paginator.hasEarlier && window.from > this.#read + 1;
  }

  #requestPage(): void {
    this.#page = this.parts.paginator.requestEarlier();
    if (this.#page === null) return;
    this.#pagesLeft--;
    this.parts.load(this.#page);
  }
}
