import type { MessageState } from '../../protocol/frames.ts';
import type { HistoryPage } from './page-requests.ts';
import type { Paginator } from './paginator.ts';

export interface UnreadBackfillParts {
  readonly me: string;
  readonly window: { readonly from: number; readonly isAttached: boolean };
  readonly paginator: Pick<Paginator, 'requestEarlier' | 'hasEarlier'>;
  readonly load: (page: HistoryPage) => void;
}

/** Who was away for longer goes back alone. */
const MAX_PAGES = 2;

/** Coming into a room where one has read before: what is unread and older than what everybody is shown is brought, too. */
export class UnreadBackfill {
  #read: number | null = null;
  #pagesLeft = 0;
  #isOver = true;
  #page: HistoryPage | null = null;

  constructor(private readonly parts: UnreadBackfillParts) {}

  get isOver(): boolean {
    return this.#isOver;
  }

  /** `read`: how far this person has read, null when never. */
  start(read: number | null): void {
    this.#read = read;
    this.#pagesLeft = MAX_PAGES;
    this.#isOver = false;
    this.#page = null;
  }

  /** After every change. Answers whether it is over by it. */
  onChange(): boolean {
    if (this.#isOver || this.#page !== null) return false;
    this.#isOver = !this.#isMissing;
    if (!this.#isOver) this.#requestPage();
    return this.#isOver;
  }

  /** Of a page that holds nothing new nobody needs to see anything; null: it did not come. */
  isWanted(page: HistoryPage, messages: readonly MessageState[] | null): boolean {
    if (page !== this.#page) return true;
    this.#page = null;
    const isNew = messages?.some(({ seq, user }) => seq > (this.#read ?? 0) && user !== this.parts.me) ?? false;
    if (!isNew) this.#pagesLeft = 0;
    return isNew;
  }

  get #isMissing(): boolean {
    const { window, paginator: paging } = this.parts;
    if (this.#read === null || this.#pagesLeft === 0) return false;
    return window.isAttached && paging.hasEarlier && window.from > this.#read + 1;
  }

  #requestPage(): void {
    this.#page = this.parts.paginator.requestEarlier();
    if (this.#page === null) return;
    this.#pagesLeft--;
    this.parts.load(this.#page);
  }
}
