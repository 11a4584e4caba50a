import $ from 'jquery';
import { messages } from '../locale/en.ts';
import { charactersLeft, problemWith, saysNothing } from './message-length.ts';
import type { EnterMeans, KeyPress } from './send-key.ts';

/** A box in which a message is written, and what is said about it: `.count` and `.error` stand in the same form. */
export class MessageInput {
  readonly #box: HTMLTextAreaElement;
  readonly #count: JQuery;
  readonly #error: JQuery;

  constructor(form: JQuery) {
    const [box] = form.find('textarea');
    if (box === undefined) throw new Error('the page lacks a box to write in');
    this.#box = box;
    this.#count = form.find('.count');
    this.#error = form.find('.error');
    $(box).on('input', () => this.#changed());
  }

  get element(): HTMLTextAreaElement {
    return this.#box;
  }

  get text(): string {
    return this.#box.value.toWellFormed();
  }

  set text(text: string) {
    this.#box.value = text;
    this.#changed();
  }

  get isBlank(): boolean {
    return saysNothing(this.text);
  }

  get hasFocus(): boolean {
    return document.activeElement === this.#box;
  }

  /** The caret behind what stands there. */
  focus(): void {
    this.#box.focus();
  }

  /** Whether it may be sent; if not, why not is said, and nothing is lost. */
  isGood(): boolean {
    const problem = problemWith(this.text);
    this.complain(problem);
    return problem === '' && !this.isBlank;
  }

  /** In words; none takes back what was said. */
  complain(why: string): void {
    this.#error.text(why).prop('hidden', why === '');
  }

  onKey(pressed: (press: KeyPress, event: JQuery.KeyDownEvent) => void): void {
    $(this.#box).on('keydown', (event) => {
      const { originalEvent } = event;
      if (originalEvent !== undefined) pressed(originalEvent, event);
    });
  }

  #changed(): void {
    this.complain('');
    const left = charactersLeft(this.text);
    this.#count
      .prop('hidden', left === null)
      .toggleClass('over', (left ?? 0) < 0)
      .text(messages.charactersLeft(left ?? 0));
    if (!CSS.supports('field-sizing', 'content')) this.#grow();
  }

  /** For browsers that do not do it themselves; the style says where it ends. */
  #grow(): void {
    const { style } = this.#box;
    style.height = 'auto';
    style.height = `${this.#box.scrollHeight}px`;
  }
}

export function enterMeans(): EnterMeans {
  return matchMedia('(pointer: coarse)').matches ? 'new line' : 'send';
}
