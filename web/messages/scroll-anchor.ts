import $ from 'jquery';
import { messages } from '../locale/en.ts';
import { VisibleRows } from './reading-place.ts';

/** From so near to the end one means to be at the end. */
const NEAR_PX = 32;
/** No row is lower. */
const ROW_LEAST_PX = 24;
/** What is to be read from its beginning stands so far below the top of the box. */
const HEADROOM_PX = 16;

export interface ScrollListener {
  /** What stands at the end may have been read now. */
  reachedBottom(): void;
  /** By the reader, not by the keeper. */
  scrolled(): void;
  /** The reader wants to be where the newest is. */
  toNewest(): void;
}

/** How the box stood when it was left. */
interface ScrollState {
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
}

/** S47: the box stays at the bottom, or, when the reader has scrolled up, does not move at all. */
export class ScrollAnchor {
  readonly #box: HTMLElement;
  readonly #button = $('#below');
  readonly #place = new VisibleRows();
  #stand: ScrollState = { scrollTop: 0, width: 0, height: 0 };
  #isAtEnd = true;
  /** What stands last is the newest that there is. */
  #isPresent = true;
  #below = 0;

  constructor(
    box: JQuery,
    private readonly ears: ScrollListener,
  ) {
    const [element] = box;
    if (element === undefined) throw new Error('the page lacks its messages');
    this.#box = element;
    box.on('scroll', () => this.#scrolled());
    this.#button.on('click', () => ears.toNewest());
    const observer = new ResizeObserver(() => this.#settle());
    for (const each of [element, ...element.children]) observer.observe(each);
  }

  get isAtBottom(): boolean {
    return this.#isAtEnd && this.#isPresent;
  }

  /** How much there is above and below what is shown, in heights of the box. */
  get rest(): { readonly above: number; readonly below: number } {
    const { scrollTop, clientHeight } = this.#box;
    const height = Math.max(1, clientHeight);
    return { above: scrollTop / height, below: this.#toEnd() / height };
  }

  /** As many rows as the box can show, if they are as high as the `shown` ones on average. */
  rowsOnSight(shown: number): number {
    const height = shown === 0 ? ROW_LEAST_PX : Math.max(ROW_LEAST_PX, this.#box.scrollHeight / shown);
    return Math.ceil(this.#stand.height / height);
  }

  /** One more message of somebody else. */
  arrived(): void {
    if (!this.isAtBottom) this.#below++;
  }

  /** Is what stands last the newest that there is? Who was at an end that was none is not taken along. */
  endsAtPresent(isPresent: boolean): void {
    if (isPresent && !this.#isPresent) this.#isAtEnd = false;
    this.#isPresent = isPresent;
  }

  /** Whatever `change` adds, takes away or alters: the line being read stays where it is. */
  keepingPlace(change: () => void): void {
    if (this.#stand.scrollTop !== this.#box.scrollTop) this.#scrolled();
    change();
    this.#settle();
  }

  toBottom(): void {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#look();
  }

  /** Near the top of the box, unless everything from it on can be seen. */
  showFrom(line: Element): void {
    const below = this.#fromTop(line);
    const rest = this.#box.scrollHeight - this.#box.scrollTop - below;
    if (rest + HEADROOM_PX > this.#box.clientHeight) this.#moveBy(below - HEADROOM_PX);
  }

  /** In the middle of the box, or from its beginning. */
  showWhole(line: Element): void {
    const room = this.#box.clientHeight - line.getBoundingClientRect().height;
    this.#moveBy(this.#fromTop(line) - Math.max(HEADROOM_PX, room / 2));
  }

  #fromTop(line: Element): number {
    return line.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
  }

  #moveBy(px: number): void {
    this.#box.scrollTop += px;
    this.#look();
  }

  /** A box that has another size moved by itself: then it is put right, and nobody has scrolled. */
  #scrolled(): void {
    const { scrollTop, clientWidth, clientHeight } = this.#box;
    const isResized = clientWidth !== this.#stand.width || clientHeight !== this.#stand.height;
    if (isResized) this.#settle();
    else if (scrollTop !== this.#stand.scrollTop) this.#moved();
  }

  #moved(): void {
    this.#look();
    this.ears.scrolled();
  }

  /** The reader is somewhere else now. */
  #look(): void {
    this.#place.remember(this.#box);
    this.#leave();
  }

  #settle(): void {
    if (this.isAtBottom) this.#box.scrollTop = this.#box.scrollHeight;
    else this.#putBack();
    this.#leave();
  }

  #putBack(): void {
    const moved = this.#place.moved();
    if (moved === null) this.#place.remember(this.#box);
    else if (moved !== 0) this.#box.scrollTop += moved;
  }

  #leave(): void {
    const { scrollTop, clientWidth, clientHeight } = this.#box;
    const wasAtBottom = this.isAtBottom;
    this.#stand = { scrollTop, width: clientWidth, height: clientHeight };
    this.#isAtEnd = this.#toEnd() <= NEAR_PX;
    if (this.isAtBottom) this.#below = 0;
    this.#showButton();
    if (this.isAtBottom && !wasAtBottom) this.ears.reachedBottom();
  }

  #toEnd(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** What it says is left alone while it says it: whatever is written makes the next measure dearer. */
  #showButton(): void {
    const text = this.#below === 0 ? messages.backDown : messages.newBelow(this.#below);
    if (this.#button.text() !== text) this.#button.text(text);
    this.#button.prop('hidden', this.isAtBottom).toggleClass('quiet', this.#below === 0);
  }
}
