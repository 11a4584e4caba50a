import type { ChangeFrame } from '../../client/stream-position.ts';
import type { MessageState } from '../../protocol/frames.ts';
import { HISTORY_PAGE, HISTORY_PAGE_MAX } from '../../protocol/limits.ts';
import { type HistoryPage, PageRequests, type PageResult } from './page-requests.ts';
import type { TimelineWindow } from './timeline-window.ts';

/** A page that the window needs, whatever the reader does. */
type Wanted = Pick<HistoryPage, 'seq'> & { readonly kind: 'around' | 'newest' | 'again' };
type PageRequest = Omit<HistoryPage, 'known'>;

const END = Number.POSITIVE_INFINITY;

/**
 * Moves the window over a room's history: decides which page to request, one at a time, and puts it into the window.
 * After a failed page none is requested until the caller resumes.
 */
export class Paginator {
  readonly #requests = new PageRequests();
  #wanted: Wanted | null = null;
  /** False while the window's place in the history is unknown; then no page can be requested. */
  #isPlaced = false;
  /** The last page failed. */
  #isPaused = false;

  constructor(
    private readonly window: TimelineWindow,
    /** All changes up to this one are known; null while the server is still sending them. */
    private readonly known: () => number | null,
  ) {}

  get hasEarlier(): boolean {
    return this.#isPlaced && this.window.from > 1;
  }

  get hasLater(): boolean {
    return this.#isPlaced && !this.window.isAtPresent;
  }

  /** The message that the reader wants to go to, until it is shown. */
  get target(): number | null {
    return this.#wanted?.kind === 'around' ? this.#wanted.seq : null;
  }

  onLive(): void {
    this.#isPlaced = true;
  }

  /** The shown messages are removed, or kept and requested once more. */
  onFreshEntry(shown: 'keep' | 'clear'): void {
    this.#isPlaced = false;
    this.#isPaused = false;
    this.#requests.cancel();
    if (shown === 'keep') this.#keepShown();
    else this.#clearShown();
  }

  onChange(frame: ChangeFrame): void {
    this.#requests.onChange(frame);
  }

  /** Wants a page with this message in its middle. */
  goToMessage(seq: number): void {
    this.#wanted = { kind: 'around', seq };
    if (!this.#isPlaced && this.window.size === 0) this.window.reset('nowhere');
  }

  /** The reader stays where they are. */
  cancelMove(): void {
    if (this.#wanted !== null && this.#wanted.kind !== 'again') this.#dropWanted();
  }

  goToPresent(): void {
    if (!this.window.isAtPresent) this.#wanted = { kind: 'newest', seq: 0 };
    else if (this.target !== null) this.#dropWanted();
  }

  /** Null when no page is wanted, the wanted one is pending, or the last page failed. */
  requestWanted(): HistoryPage | null {
    const [wanted, { pending }] = [this.#wanted, this.#requests];
    if (!this.#isPlaced || this.#isPaused || wanted === null) return null;
    if (pending?.kind === wanted.kind && pending.seq === wanted.seq) return null;
    return this.#request({ ...wanted, limit: wanted.kind === 'again' ? HISTORY_PAGE_MAX : HISTORY_PAGE });
  }

  /** Null when there are no earlier messages, a page is pending or wanted, or the last page failed. */
  requestEarlier(limit = HISTORY_PAGE): HistoryPage | null {
    return this.hasEarlier && this.#isFree ? this.#request({ kind: 'earlier', seq: this.window.from, limit }) : null;
  }

  requestLater(limit = HISTORY_PAGE): HistoryPage | null {
    return this.hasLater && this.#isFree ? this.#request({ kind: 'later', seq: this.window.to, limit }) : null;
  }

  /** Ends the pause after a failed page: pages may be requested again. */
  resume(): void {
    this.#isPaused = false;
  }

  /** This very page is still awaited. */
  isPending(page: HistoryPage): boolean {
    return this.#requests.pending === page;
  }

  /** `messages`: oldest first. Fewer than the limit mean that there are no more in that direction. */
  onPage(page: HistoryPage, messages: readonly MessageState[]): void {
    const result = this.#requests.complete(page, messages);
    if (result === null) return;
    this.#isPaused = false;
    const isAll = messages.length < page.limit;
    const first = isAll ? 0 : firstOf(page, messages);
    const last = isAll ? END : lastOf(page, messages);
    if (page.kind === 'earlier') this.#addEarlier(page, result, first);
    else if (page.kind === 'later') this.#addLater(page, result, last);
    else if (page.kind === 'again') this.#replaceShown(page, result, last);
    else if (page.kind === 'newest') this.#moveTo(first, END, result);
    else this.#moveAround(page, result, messages);
  }

  /** The page may be requested again, after a pause. */
  onPageFailed(page: HistoryPage): void {
    if (!this.isPending(page)) return;
    this.#isPaused = true;
    this.#requests.cancel();
  }

  /** The page has arrived, but its messages are not to be shown. */
  dropPage(page: HistoryPage): void {
    if (this.isPending(page)) this.#requests.cancel();
  }

  get #isFree(): boolean {
    return this.#wanted === null && this.#requests.pending === null && !this.#isPaused;
  }

  #request(request: PageRequest): HistoryPage | null {
    const known = this.known();
    return known === null ? null : this.#requests.start({ ...request, known });
  }

  /** If the window has been trimmed at this end meanwhile, the page no longer adjoins it and is dropped. */
  #addEarlier({ seq }: HistoryPage, { messages }: PageResult, from: number): void {
    if (seq === this.window.from) this.window.extend({ from }, messages);
  }

  #addLater({ seq }: HistoryPage, { messages, since }: PageResult, to: number): void {
    if (seq === this.window.to) this.window.extend({ to }, to === END ? [...messages, ...since] : messages);
  }

  #replaceShown({ seq }: HistoryPage, { messages }: PageResult, to: number): void {
    this.window.replacePart({ from: seq + 1, to }, messages);
    this.#wanted = to < this.window.to ? { kind: 'again', seq: to } : null;
  }

  #moveAround(page: HistoryPage, result: PageResult, messages: readonly MessageState[]): void {
    const half = Math.floor(page.limit / 2);
    const earlier = messages.filter(({ seq }) => seq < page.seq).length;
    const isFirst = earlier < half;
    const isLast = messages.length - earlier < page.limit - half;
    this.#moveTo(isFirst ? 0 : firstOf(page, messages), isLast ? END : lastOf(page, messages), result);
  }

  #moveTo(from: number, to: number, { messages, since }: PageResult): void {
    this.#wanted = null;
    this.window.moveTo({ from, to }, to === END ? [...messages, ...since] : messages);
  }

  #keepShown(): void {
    this.window.leavePresent();
    if (this.#wanted === null || this.#wanted.kind === 'again') {
      this.#wanted = { kind: 'again', seq: Math.max(0, this.window.from - 1) };
    }
  }

  #clearShown(): void {
    if (this.target === null) this.#wanted = null;
    this.window.reset(this.#wanted === null ? 'at the present' : 'nowhere');
  }

  #dropWanted(): void {
    this.#wanted = null;
    this.#requests.cancel();
  }
}

/** From here on the page has all messages that frames do not bring. */
function firstOf({ known }: HistoryPage, messages: readonly MessageState[]): number {
  return Math.min(messages[0]?.seq ?? 0, known + 1);
}

/** Up to here, likewise; frames bring what comes after the known changes. */
function lastOf({ known }: HistoryPage, messages: readonly MessageState[]): number {
  const last = messages.at(-1)?.seq ?? END;
  return last > known ? END : last;
}
