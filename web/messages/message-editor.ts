import $ from 'jquery';
import { cloneTemplate } from '../browser/template.ts';
import { enterMeans, MessageInput } from '../composer/message-input.ts';
import { isPlain, isSendKey, type KeyPress } from '../composer/send-key.ts';
import { messages } from '../locale/en.ts';
import type { MessageRow } from './message-row.ts';

export interface EditorHandlers {
  onSave(text: string): void;
  /** The form has another size. */
  onResize(form: HTMLElement): void;
  /** The user has emptied the message and confirmed its deletion. */
  onRemove(): void;
  /** `focus`: whether it was in the editor, and has to be moved. */
  onClosed(focus: 'was here' | 'is elsewhere'): void;
}

/** The form in which the user edits an own message, in its row. */
export class MessageEditor {
  readonly #form = cloneTemplate('#editor-template');
  readonly #input = new MessageInput(this.#form);
  readonly #saveButton = this.#form.find('.save');
  readonly #resizeObserver = new ResizeObserver(([entry]) => {
    if (entry?.target instanceof HTMLElement) this.handlers.onResize(entry.target);
  });
  /** The text of the message, without the user's changes. */
  #original: string;

  constructor(
    private readonly row: MessageRow,
    private readonly handlers: EditorHandlers,
  ) {
    this.#original = row.text;
    this.#form.on('submit', (event) => this.#onSubmit(event));
    this.#form.find('.cancel').on('click', () => this.close());
    this.#input.onKey((press, event) => this.#onKey(press, event));
    $(this.#input.element).on('input', () => this.#setConfirming(false));
    row.node.addClass('editing').append(this.#form);
    this.#input.text = this.#original;
    this.#form.each((_, form) => this.#resizeObserver.observe(form));
    this.focus();
  }

  /** Null when there are no changes worth keeping. */
  get changes(): string | null {
    return this.#input.text === this.#original || this.#input.isBlank ? null : this.#input.text;
  }

  focus(): void {
    this.#input.focus();
  }

  /** The message may be edited elsewhere meanwhile, on another device or in another tab. */
  setOriginal(text: string): void {
    if (text === this.#original) return;
    const isUntouched = this.#input.text === this.#original;
    this.#original = text;
    if (isUntouched) this.#input.text = text;
    else this.#input.showError(messages.editedElsewhere);
  }

  showError(why: string): void {
    this.#form.removeAttr('aria-busy');
    this.#input.showError(why);
  }

  close(): void {
    const hadFocus = this.#form.is(':focus-within');
    this.#resizeObserver.disconnect();
    this.#form.remove();
    this.row.node.removeClass('editing');
    this.handlers.onClosed(hadFocus ? 'was here' : 'is elsewhere');
  }

  #onSubmit(event: JQuery.SubmitEvent): void {
    event.preventDefault();
    this.focus();
    if (this.#form.attr('aria-busy') === 'true') return;
    if (this.#input.isBlank) this.#submitEmpty();
    else if (this.#input.validate()) this.#submitText();
  }

  #submitText(): void {
    const { text } = this.#input;
    if (text === this.#original) this.close();
    else this.#submitOnce(() => this.handlers.onSave(text));
  }

  /** An empty message is deleted: the first submit asks for confirmation, the second confirms. */
  #submitEmpty(): void {
    if (this.#saveButton.hasClass('sure')) this.#submitOnce(() => this.handlers.onRemove());
    else this.#setConfirming(true);
  }

  #submitOnce(submit: () => void): void {
    this.#form.attr('aria-busy', 'true');
    submit();
  }

  #setConfirming(isConfirming: boolean): void {
    this.#saveButton.toggleClass('sure', isConfirming).text(isConfirming ? messages.reallyDelete : messages.save);
    if (isConfirming) this.#input.showError(messages.emptyEdit);
  }

  #onKey(press: KeyPress, event: JQuery.KeyDownEvent): void {
    const isEscape = press.key === 'Escape' && isPlain(press);
    if (!isEscape && !isSendKey(press, enterMeans())) return;
    event.preventDefault();
    // Escape closes the editor only, and nothing behind it.
    event.stopPropagation();
    if (isEscape) this.close();
    // A key held down must not confirm its own question.
    else if (event.originalEvent?.repeat !== true) this.#form.trigger('submit');
  }
}
