import $ from 'jquery';
import { words } from './words.ts';

/** From so near to the end one means to be at the end. */
const NEAR_PX = 32;

/** S47: the box stays at the bottom, or, when the reader has scrolled up, does not move at all. */
export class ScrollKeeper {
  readonly #box: HTMLElement;
  readonly #button = $('#below');
  #atBottom = true;
  #below = 0;

  constructor(
    box: JQuery,
    private readonly reachedBottom: () => void,
  ) {
    const [element] = box;
    if (element === undefined) throw new Error('the page lacks its messages');
    this.#box = element;
    box.on('scroll', () => this.#scrolled());
    this.#button.on('click', () => this.toBottom());
    new ResizeObserver(() => this.#pin()).observe(element);
  }

  get isAtBottom(): boolean {
    return this.#atBottom;
  }

  /** One more message of somebody else. */
  arrived(): void {
    if (!this.#atBottom) this.#below++;
  }

  /** Whatever `change` adds, takes away or alters: the line being read stays where it is. */
  keepingPlace(change: () => void): void {
    const line = this.#atBottom ? null : this.#lineBeingRead();
    const before = line?.getBoundingClientRect().top ?? 0;
    change();
    if (line?.isConnected) this.#box.scrollTop += line.getBoundingClientRect().top - before;
    this.#pin();
    this.#showButton();
  }

  toBottom(): void {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#scrolled();
  }

  #pin(): void {
    if (this.#atBottom) this.#box.scrollTop = this.#box.scrollHeight;
  }

  #scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    const was = this.#atBottom;
    this.#atBottom = scrollHeight - scrollTop - clientHeight <= NEAR_PX;
    if (this.#atBottom) this.#below = 0;
    this.#showButton();
    if (this.#atBottom && !was) this.reachedBottom();
  }

  #showButton(): void {
    this.#button
      .text(this.#below === 0 ? words.backDown : words.newBelow(this.#below))
      .prop('hidden', this.#atBottom)
      .toggleClass('quiet', this.#below === 0);
  }

  #lineBeingRead(): Element | null {
    const { top } = this.#box.getBoundingClientRect();
    const rows = [...this.#box.querySelectorAll('.message, .system')];
    return rows.find((row) => row.getBoundingClientRect().bottom > top) ?? null;
  }
}
