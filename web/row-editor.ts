import $ from 'jquery';
import { isSendKey } from './composer.ts';
import { fromTemplate } from './fragment.ts';
import type { MessageRow } from './message-row.ts';
import { problemWith } from './message-text.ts';
import { words } from './words.ts';

/** A message of one's own, being written anew in its place. */
export class RowEditor {
  readonly #form = fromTemplate('#editor-template');
  readonly #box = this.#form.find('textarea');
  readonly #error = this.#form.find('.error');
  readonly #text: string;

  constructor(
    private readonly row: MessageRow,
    private readonly save: (text: string) => void,
    private readonly closed: () => void,
  ) {
    this.#text = row.node.find('.text').text();
    this.#box.val(this.#text);
    this.#form.on('submit', (event) => this.#submit(event));
    this.#form.find('.cancel').on('click', () => this.close());
    this.#box.on('keydown', (event) => this.#key(event));
    row.node.addClass('editing').append(this.#form);
    this.#box.trigger('focus');
  }

  failed(why: string): void {
    this.#form.removeAttr('aria-busy');
    this.#error.text(why).prop('hidden', why === '');
  }

  close(): void {
    this.#form.remove();
    this.row.node.removeClass('editing');
    this.closed();
  }

  #submit(event: JQuery.SubmitEvent): void {
    event.preventDefault();
    if (this.#form.attr('aria-busy') === 'true') return;
    const text = String(this.#box.val() ?? '');
    const problem = problemWith(text);
    this.failed(problem);
    if (problem !== '' || text.trim() === '') return;
    if (text === this.#text) this.close();
    else this.#send(text);
  }

  #send(text: string): void {
    this.#form.attr('aria-busy', 'true');
    this.save(text);
  }

  #key(event: JQuery.KeyDownEvent): void {
    if (event.key === 'Escape') this.close();
    if (!isSendKey(event)) return;
    event.preventDefault();
    this.#form.trigger('submit');
  }
}

/** The first press asks, the second one does it. */
export function isPressedTwice(button: JQuery): boolean {
  if (button.hasClass('sure')) return true;
  button.addClass('sure').text(words.reallyDelete);
  // Safari gives no focus to a button that is clicked, and what has none cannot lose it.
  button.trigger('focus');
  button.one('blur', () => button.removeClass('sure').text(words.delete));
  return false;
}

export function rowOf(element: HTMLElement): { readonly seq: number; readonly nonce: string } {
  const row = $(element).closest('.message');
  return { seq: Number(row.attr('data-seq') ?? 0), nonce: row.attr('data-nonce') ?? '' };
}
