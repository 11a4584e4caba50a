import type { MessageState } from '../../protocol/frames.ts';
import type { HistoryPage } from './page-requests.ts';
import type { Paginator } from './paginator.ts';

export interface UnreadBackfillParts {
  readonly me: string;
  readonly window: { readonly from: number; readonly isAttached: boolean };
  readonly paging: Pick<Paginator, 'askEarlier' | 'hasEarlier'>;
  readonly bring: (page: HistoryPage) => void;
}

/** Who was away for longer goes back alone. */
const PAGES_MOST = 2;

/** Coming into a room where one has read before: what is unread and older than what everybody is shown is brought, too. */
export class UnreadBackfill {
  #read: number | null = null;
  #left = 0;
  #isOver = true;
  #page: HistoryPage | null = null;

  constructor(private readonly parts: UnreadBackfillParts) {}

  get isOver(): boolean {
    return this.#isOver;
  }

  /** `read`: how far this person has read, null when never. */
  begin(read: number | null): void {
    this.#read = read;
    this.#left = PAGES_MOST;
    this.#isOver = false;
    this.#page = null;
  }

  /** After every change. Answers whether it is over by it. */
  goOn(): boolean {
    if (this.#isOver || this.#page !== null) return false;
    this.#isOver = !this.#isMissing;
    if (!this.#isOver) this.#ask();
    return this.#isOver;
  }

  /** Of a page that holds nothing new nobody needs to see anything; null: it did not come. */
  wants(page: HistoryPage, messages: readonly MessageState[] | null): boolean {
    if (page !== this.#page) return true;
    this.#page = null;
    const isNew = messages?.some(({ seq, user }) => seq > (this.#read ?? 0) && user !== this.parts.me) ?? false;
    if (!isNew) this.#left = 0;
    return isNew;
  }

  get #isMissing(): boolean {
    const { window, paging } = this.parts;
    if (this.#read === null || this.#left === 0) return false;
    return window.isAttached && paging.hasEarlier && window.from > this.#read + 1;
  }

  #ask(): void {
    this.#page = this.parts.paging.askEarlier();
    if (this.#page === null) return;
    this.#left--;
    this.parts.bring(this.#page);
  }
}
