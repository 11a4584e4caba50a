import $ from 'jquery';
import { cloneTemplate } from '../browser/template.ts';
import { enterMeans, MessageInput } from '../composer/message-input.ts';
import { isPlain, isSendKey, type KeyPress } from '../composer/send-key.ts';
import { messages } from '../locale/en.ts';
import type { MessageRow } from './message-row.ts';

export interface EditorHandlers {
  save(text: string): void;
  /** Its form is larger than it was, or smaller. */
  resized(form: HTMLElement): void;
  /** Nothing is left of it, and that is meant. */
  remove(): void;
  /** `focus`: it was in the editor, and has to go somewhere. */
  closed(focus: 'was here' | 'is elsewhere'): void;
}

/** A message of one's own, being written anew in its place. */
export class MessageEditor {
  readonly #form = cloneTemplate('#editor-template');
  readonly #box = new MessageInput(this.#form);
  readonly #save = this.#form.find('.save');
  readonly #resizes = new ResizeObserver(([entry]) => {
    if (entry?.target instanceof HTMLElement) this.editing.resized(entry.target);
  });
  /** What the message says. */
  #text: string;

  constructor(
    private readonly row: MessageRow,
    private readonly editing: EditorHandlers,
  ) {
    this.#text = row.text;
    this.#form.on('submit', (event) => this.#submit(event));
    this.#form.find('.cancel').on('click', () => this.close());
    this.#box.onKey((press, event) => this.#key(press, event));
    $(this.#box.element).on('input', () => this.#ask('save'));
    row.node.addClass('editing').append(this.#form);
    this.#box.text = this.#text;
    this.#form.each((_, form) => this.#resizes.observe(form));
    this.focus();
  }

  /** What was written and is not what stood there. */
  get changes(): string | null {
    return this.#box.text === this.#text || this.#box.isBlank ? null : this.#box.text;
  }

  focus(): void {
    this.#box.focus();
  }

  /** What the message says now: somebody may have changed it, on another device or in another tab. */
  nowSays(text: string): void {
    if (text === this.#text) return;
    const isUntouched = this.#box.text === this.#text;
    this.#text = text;
    if (isUntouched) this.#box.text = text;
    else this.#box.complain(messages.changedMeanwhile);
  }

  failed(why: string): void {
    this.#form.removeAttr('aria-busy');
    this.#box.complain(why);
  }

  close(): void {
    const hadFocus = this.#form.is(':focus-within');
    this.#resizes.disconnect();
    this.#form.remove();
    this.row.node.removeClass('editing');
    this.editing.closed(hadFocus ? 'was here' : 'is elsewhere');
  }

  #submit(event: JQuery.SubmitEvent): void {
    event.preventDefault();
    this.focus();
    if (this.#form.attr('aria-busy') === 'true') return;
    if (this.#box.isBlank) this.#empty();
    else if (this.#box.isGood()) this.#done();
  }

  #done(): void {
    const { text } = this.#box;
    if (text === this.#text) this.close();
    else this.#send(() => this.editing.save(text));
  }

  /** A message without a text is none: the first time that is asked, the second time done. */
  #empty(): void {
    if (this.#save.hasClass('sure')) this.#send(() => this.editing.remove());
    else this.#ask('remove');
  }

  #send(revision: () => void): void {
    this.#form.attr('aria-busy', 'true');
    revision();
  }

  #ask(what: 'save' | 'remove'): void {
    this.#save.toggleClass('sure', what === 'remove').text(what === 'remove' ? messages.reallyDelete : messages.save);
    if (what === 'remove') this.#box.complain(messages.nothingLeft);
  }

  #key(press: KeyPress, event: JQuery.KeyDownEvent): void {
    const isEscape = press.key === 'Escape' && isPlain(press);
    if (!isEscape && !isSendKey(press, enterMeans())) return;
    event.preventDefault();
    // This is what Escape closes, and nothing behind it.
    event.stopPropagation();
    if (isEscape) this.close();
    // A key held down asks, and does not answer itself.
    else if (event.originalEvent?.repeat !== true) this.#form.trigger('submit');
  }
}
