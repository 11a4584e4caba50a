import $ from 'jquery';
import { messages } from '../locale/en.ts';
import { charactersLeft, isBlankText, problemWith } from './message-length.ts';
import type { EnterMeans, KeyPress } from './send-key.ts';

/** The text box for a message; its form also holds `.count` and `.error`. */
export class MessageInput {
  readonly #box: HTMLTextAreaElement;
  readonly #count: JQuery;
  readonly #error: JQuery;

  constructor(form: JQuery) {
    const [box] = form.find('textarea');
    if (box === undefined) throw new Error('The form has no text box.');
    this.#box = box;
    this.#count = form.find('.count');
    this.#error = form.find('.error');
    $(box).on('input', () => this.#onInput());
  }

  get element(): HTMLTextAreaElement {
    return this.#box;
  }

  get text(): string {
    return this.#box.value.toWellFormed();
  }

  set text(text: string) {
    this.#box.value = text;
    this.#onInput();
  }

  get isBlank(): boolean {
    return isBlankText(this.text);
  }

  get hasFocus(): boolean {
    return document.activeElement === this.#box;
  }

  focus(): void {
    this.#box.focus();
  }

  /** Whether the text may be sent; if not, the reason is shown and the text stays. */
  validate(): boolean {
    const problem = problemWith(this.text);
    this.showError(problem);
    return problem === '' && !this.isBlank;
  }

  /** An empty text clears the error. */
  showError(why: string): void {
    this.#error.text(why).prop('hidden', why === '');
  }

  onKey(handle: (press: KeyPress, event: JQuery.KeyDownEvent) => void): void {
    $(this.#box).on('keydown', (event) => {
      const { originalEvent } = event;
      if (originalEvent !== undefined) handle(originalEvent, event);
    });
  }

  #onInput(): void {
    this.showError('');
    const left = charactersLeft(this.text);
    this.#count
      .prop('hidden', left === null)
      .toggleClass('over', (left ?? 0) < 0)
      .text(messages.charactersLeft(left ?? 0));
    if (!CSS.supports('field-sizing', 'content')) this.#fitHeight();
  }

  /** For browsers without `field-sizing`; the style sheet limits the height. */
  #fitHeight(): void {
    const { style } = this.#box;
    style.height = 'auto';
    style.height = `${this.#box.scrollHeight}px`;
  }
}

export function enterMeans(): EnterMeans {
  return matchMedia('(pointer: coarse)').matches ? 'new line' : 'send';
}
