import $ from 'jquery';
import { messages } from '../locale/en.ts';

/** A box that is scrolled this near to its end counts as being at its end. */
const NEAR_PX = 32;
/** No row is lower. */
const ROW_LEAST_PX = 24;
/** The distance from the top of the box at which an element to be read from its beginning is placed. */
const HEADROOM_PX = 16;
/** What can be read in the list: the text of a message, or a join or leave line. */
const READABLE = '.message > .body, .system, .gathered > summary';

export interface ScrollListener {
  /** The last message of the room has come into view: it may be read now. */
  onBottomReached(): void;
  /** The user has scrolled, not the anchor. */
  onScroll(): void;
  /** The user asks for the newest messages. */
  onNewestRequested(): void;
}

/** Position and size of the box when the anchor last touched or measured it. */
interface BoxState {
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
}

/** S47: the box stays at the bottom, or, when the user has scrolled up, does not move at all. */
export class ScrollAnchor {
  readonly #box: HTMLElement;
  readonly #button = $('#below');
  readonly #visible = new VisibleTexts();
  #listener: ScrollListener | null = null;
  #state: BoxState = { scrollTop: 0, width: 0, height: 0 };
  #isAtEnd = true;
  /** The last row of the box is the newest message of the room. */
  #hasNewest = true;
  /** Messages that arrived below the visible part. */
  #unseenCount = 0;

  constructor(box: JQuery) {
    const [element] = box;
    if (element === undefined) throw new Error('The page has no message box.');
    this.#box = element;
    box.on('scroll', () => this.#onScroll());
    this.#button.on('click', () => this.#listener?.onNewestRequested());
    const observer = new ResizeObserver(() => this.#restorePosition());
    for (const each of [element, ...element.children]) observer.observe(each);
  }

  attach(listener: ScrollListener): void {
    this.#listener = listener;
  }

  detach(): void {
    this.#listener = null;
  }

  get isAtBottom(): boolean {
    return this.#isAtEnd && this.#hasNewest;
  }

  /** A new message is seen as soon as it is drawn. */
  get isBottomSeen(): boolean {
    return !document.hidden && this.isAtBottom;
  }

  /** How much there is above and below the visible part, in heights of the box. */
  get rest(): { readonly above: number; readonly below: number } {
    const { scrollTop, clientHeight } = this.#box;
    const height = Math.max(1, clientHeight);
    return { above: scrollTop / height, below: this.#distanceToEnd / height };
  }

  /** How many rows the box can show, if they are as high as the present `rowCount` rows on average. */
  rowsInView(rowCount: number): number {
    const height = rowCount === 0 ? ROW_LEAST_PX : Math.max(ROW_LEAST_PX, this.#box.scrollHeight / rowCount);
    return Math.ceil(this.#state.height / height);
  }

  countArrivals(count: number): void {
    if (!this.isAtBottom) this.#unseenCount += count;
  }

  /** A user at the end of older messages does not follow the newest ones when they are added below. */
  setHasNewest(hasNewest: boolean): void {
    if (hasNewest && !this.#hasNewest) this.#isAtEnd = false;
    this.#hasNewest = hasNewest;
  }

  /** Whatever `change` adds, removes or alters: the text being read stays where it is. */
  keepPosition(change: () => void): void {
    if (this.#state.scrollTop !== this.#box.scrollTop) this.#onScroll();
    change();
    this.#restorePosition();
  }

  scrollToBottom(): void {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#rememberPosition();
  }

  /** Moves the element near the top of the box, unless everything from it on is visible. */
  scrollToStartOf(element: Element): void {
    const offset = this.#offsetOf(element);
    const rest = this.#box.scrollHeight - this.#box.scrollTop - offset;
    if (rest + HEADROOM_PX > this.#box.clientHeight) this.#scrollBy(offset - HEADROOM_PX);
  }

  /** Moves the element to the middle of the box, or its beginning into view if it is too high. */
  scrollToMiddleOf(element: Element): void {
    const room = this.#box.clientHeight - element.getBoundingClientRect().height;
    this.#scrollBy(this.#offsetOf(element) - Math.max(HEADROOM_PX, room / 2));
  }

  #offsetOf(element: Element): number {
    return element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
  }

  #scrollBy(px: number): void {
    this.#box.scrollTop += px;
    this.#rememberPosition();
  }

  /** A box whose size has changed was scrolled by the browser, not by the user: its position is restored. */
  #onScroll(): void {
    const { scrollTop, clientWidth, clientHeight } = this.#box;
    const isResized = clientWidth !== this.#state.width || clientHeight !== this.#state.height;
    if (isResized) this.#restorePosition();
    else if (scrollTop !== this.#state.scrollTop) this.#onUserScroll();
  }

  #onUserScroll(): void {
    this.#rememberPosition();
    this.#listener?.onScroll();
  }

  #rememberPosition(): void {
    this.#visible.remember(this.#box);
    this.#updateState();
  }

  #restorePosition(): void {
    if (this.isAtBottom) this.#box.scrollTop = this.#box.scrollHeight;
    else this.#scrollBack();
    this.#updateState();
  }

  #scrollBack(): void {
    const shift = this.#visible.shift;
    if (shift === null) this.#visible.remember(this.#box);
    else if (shift !== 0) this.#box.scrollTop += shift;
  }

  #updateState(): void {
    const { scrollTop, clientWidth, clientHeight } = this.#box;
    const wasAtBottom = this.isAtBottom;
    this.#state = { scrollTop, width: clientWidth, height: clientHeight };
    this.#isAtEnd = this.#distanceToEnd <= NEAR_PX;
    if (this.isAtBottom) this.#unseenCount = 0;
    this.#updateButton();
    if (this.isAtBottom && !wasAtBottom) this.#listener?.onBottomReached();
  }

  get #distanceToEnd(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** An unchanged text is not written: every write makes the next measurement more expensive. */
  #updateButton(): void {
    const text = this.#unseenCount === 0 ? messages.backDown : messages.newBelow(this.#unseenCount);
    if (this.#button.text() !== text) this.#button.text(text);
    this.#button.prop('hidden', this.isAtBottom).toggleClass('quiet', this.#unseenCount === 0);
  }
}

interface VisibleText {
  readonly element: Element;
  /** From the window's top: this is what the user sees, whatever opens or closes around the box. */
  readonly top: number;
}

/**
 * The visible texts of a box and their positions. The first whole one is the anchor, and if it is removed, the next:
 * a text, not its row, because a row may gain or lose the name of its author.
 */
class VisibleTexts {
  #texts: readonly VisibleText[] = [];

  remember(box: Element): void {
    const { top, bottom } = box.getBoundingClientRect();
    const texts = textsInView(box, top, bottom);
    const first = texts.findIndex((text) => text.top >= top);
    // Where one text fills the box, its beginning is the anchor.
    this.#texts = first < 0 ? texts.slice(-1) : [...texts.slice(first), ...texts.slice(0, first).reverse()];
  }

  /** By how much the anchor has moved down; null when none of the texts is left. */
  get shift(): number | null {
    const anchor = this.#texts.find(({ element }) => element.isConnected && element.getClientRects().length > 0);
    return anchor === undefined ? null : anchor.element.getBoundingClientRect().top - anchor.top;
  }
}

/** From the last one that begins above the box to the last one that begins in it. */
function textsInView(box: Element, top: number, bottom: number): VisibleText[] {
  const found: VisibleText[] = [];
  for (const element of box.querySelectorAll(READABLE)) {
    const rect = element.getBoundingClientRect();
    if (rect.bottom <= top || rect.height === 0) continue;
    if (rect.top >= bottom) break;
    found.push({ element, top: rect.top });
  }
  return found;
}
