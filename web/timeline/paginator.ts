import type { MessageState } from '../../protocol/frames.ts';
import { HISTORY_PAGE, HISTORY_PAGE_MAX } from '../../protocol/limits.ts';
import type { ChangeFrame } from './message-change.ts';
import { type HistoryPage, type PageAnswer, PageRequests } from './page-requests.ts';
import type { TimelineWindow } from './timeline-window.ts';

/** A page that what is shown depends on, whatever the reader does. */
type Wanted = Pick<HistoryPage, 'seq'> & { readonly kind: 'around' | 'newest' | 'again' };
type Question = Omit<HistoryPage, 'known'>;

const END = Number.POSITIVE_INFINITY;

/** Moves a window over the history of a room, a page at a time, one page after the other. */
export class Paginator {
  readonly #pages = new PageRequests();
  #wanted: Wanted | null = null;
  /** As long as nobody knows where the window is, there is nothing to ask for. */
  #isOpen = false;

  constructor(
    private readonly window: TimelineWindow,
    /** Up to which change everything is known; null: more is being told just now. */
    private readonly known: () => number | null,
  ) {}

  get hasEarlier(): boolean {
    return this.#isOpen && this.window.from > 1;
  }

  get hasLater(): boolean {
    return this.#isOpen && !this.window.isAttached;
  }

  /** The message at which the reader wants to be, as long as it is not there. */
  get target(): number | null {
    return this.#wanted?.kind === 'around' ? this.#wanted.seq : null;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Another beginning: what is shown goes, or stays and has to be read once more. */
  close(shown: 'goes' | 'stays'): void {
    this.#isOpen = false;
    this.#pages.forget();
    if (shown === 'stays') this.#stay();
    else this.#beginAnew();
  }

  changed(frame: ChangeFrame): void {
    this.#pages.changed(frame);
  }

  /** A page with this message in its middle is wanted. */
  goTo(seq: number): void {
    this.#wanted = { kind: 'around', seq };
    if (!this.#isOpen && this.window.size === 0) this.window.reset('nowhere');
  }

  /** Where the reader is they want to be. */
  remain(): void {
    if (this.#wanted !== null && this.#wanted.kind !== 'again') this.#forget();
  }

  goToPresent(): void {
    if (!this.window.isAttached) this.#wanted = { kind: 'newest', seq: 0 };
    else if (this.target !== null) this.#forget();
  }

  /** Null when no page is wanted, or it is on its way. */
  askWanted(): HistoryPage | null {
    const [wanted, { asked }] = [this.#wanted, this.#pages];
    if (!this.#isOpen || wanted === null) return null;
    if (asked?.kind === wanted.kind && asked.seq === wanted.seq) return null;
    return this.#ask({ ...wanted, limit: wanted.kind === 'again' ? HISTORY_PAGE_MAX : HISTORY_PAGE });
  }

  /** Null when there are none, or a page is on its way. */
  askEarlier(limit = HISTORY_PAGE): HistoryPage | null {
    return this.hasEarlier && this.#isFree ? this.#ask({ kind: 'earlier', seq: this.window.from, limit }) : null;
  }

  askLater(limit = HISTORY_PAGE): HistoryPage | null {
    return this.hasLater && this.#isFree ? this.#ask({ kind: 'later', seq: this.window.to, limit }) : null;
  }

  /** Somebody still waits for this page. */
  isAsked(page: HistoryPage): boolean {
    return this.#pages.asked === page;
  }

  /** `messages`: oldest first; fewer than were asked for: there are no more that way. */
  came(page: HistoryPage, messages: readonly MessageState[]): void {
    const answer = this.#pages.end(page, messages);
    if (answer === null) return;
    const isAll = messages.length < page.limit;
    const first = isAll ? 0 : firstOf(page, messages);
    const last = isAll ? END : lastOf(page, messages);
    if (page.kind === 'earlier') this.#earlierCame(page, answer, first);
    else if (page.kind === 'later') this.#laterCame(page, answer, last);
    else if (page.kind === 'again') this.#againCame(page, answer, last);
    else if (page.kind === 'newest') this.#moveTo(first, END, answer);
    else this.#aroundCame(page, answer, messages);
  }

  /** It may be asked for again. */
  failed(page: HistoryPage): void {
    this.#pages.end(page, []);
  }

  get #isFree(): boolean {
    return this.#wanted === null && this.#pages.asked === null;
  }

  #ask(question: Question): HistoryPage | null {
    const known = this.known();
    return known === null ? null : this.#pages.ask({ ...question, known });
  }

  /** The window may have been trimmed at this end meanwhile: then the page no longer fits to it. */
  #earlierCame({ seq }: HistoryPage, { messages }: PageAnswer, from: number): void {
    if (seq === this.window.from) this.window.widen({ from }, messages);
  }

  #laterCame({ seq }: HistoryPage, { messages, since }: PageAnswer, to: number): void {
    if (seq === this.window.to) this.window.widen({ to }, to === END ? [...messages, ...since] : messages);
  }

  #againCame({ seq }: HistoryPage, { messages }: PageAnswer, to: number): void {
    this.window.correct({ from: seq + 1, to }, messages);
    this.#wanted = to < this.window.to ? { kind: 'again', seq: to } : null;
  }

  #aroundCame(page: HistoryPage, answer: PageAnswer, messages: readonly MessageState[]): void {
    const half = Math.floor(page.limit / 2);
    const earlier = messages.filter(({ seq }) => seq < page.seq).length;
    const isFirst = earlier < half;
    const isLast = messages.length - earlier < page.limit - half;
    this.#moveTo(isFirst ? 0 : firstOf(page, messages), isLast ? END : lastOf(page, messages), answer);
  }

  #moveTo(from: number, to: number, { messages, since }: PageAnswer): void {
    this.#wanted = null;
    this.window.moveTo({ from, to }, to === END ? [...messages, ...since] : messages);
  }

  #stay(): void {
    this.window.detach();
    if (this.#wanted === null || this.#wanted.kind === 'again') {
      this.#wanted = { kind: 'again', seq: Math.max(0, this.window.from - 1) };
    }
  }

  #beginAnew(): void {
    if (this.target === null) this.#wanted = null;
    this.window.reset(this.#wanted === null ? 'at the present' : 'nowhere');
  }

  #forget(): void {
    this.#wanted = null;
    this.#pages.forget();
  }
}

/** From where on a page brings everything that is not told of otherwise. */
function firstOf({ known }: HistoryPage, messages: readonly MessageState[]): number {
  return Math.min(messages[0]?.seq ?? 0, known + 1);
}

/** Up to where; what comes after what was known is told of. */
function lastOf({ known }: HistoryPage, messages: readonly MessageState[]): number {
  const last = messages.at(-1)?.seq ?? END;
  return last > known ? END : last;
}
