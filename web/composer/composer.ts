import $ from 'jquery';
import { messages } from '../locale/en.ts';
import { type Drafts, restoredDraft } from './drafts.ts';
import type { MentionPicker } from './mention-picker.ts';
import { enterMeans, MessageInput } from './message-input.ts';
import { isPlain, isSendKey, type KeyPress } from './send-key.ts';

export interface ComposerListener {
  onSend(text: string): void;
  /** The user wants to edit the last own message; false when there is none. */
  onEditLast(): boolean;
}

/** The form for new messages. A draft of a room is there again whenever the user comes back to it. */
export class Composer {
  readonly #form = $('#composer');
  readonly #input = new MessageInput(this.#form);
  #room: string | null = null;
  #listener: ComposerListener | null = null;

  constructor(
    private readonly drafts: Drafts,
    private readonly mentions: MentionPicker,
  ) {
    this.#form.on('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    // The focus stays in the input, and with it the on-screen keyboard of a telephone.
    $('#send').on('mousedown', (event) => event.preventDefault());
    this.#input.onKey((press, event) => this.#onKey(press, event));
    $(this.#input.element).on('input', () => this.#saveDraft());
    this.mentions.attach(this.#input.element);
  }

  attach(listener: ComposerListener): void {
    this.#listener = listener;
  }

  detach(): void {
    this.#listener = null;
  }

  get isEmpty(): boolean {
    return this.#input.text === '' && this.drafts.isStored;
  }

  /** A text that is there before the first room is opened was typed before this script ran: it belongs to that room. */
  open(room: string | null): void {
    const typedEarly = this.#room === null ? this.#input.text : '';
    this.drafts.save();
    this.#room = room;
    this.mentions.close();
    const shown = room === null ? '' : this.drafts.textOf(room);
    this.#input.text = shown + typedEarly;
    if (room !== null) void this.#restore(room, shown);
  }

  setRoomName(name: string): void {
    $(this.#input.element).attr({ placeholder: messages.writeTo(name), 'aria-label': messages.writeTo(name) });
  }

  focus(): void {
    this.#input.focus();
  }

  /** Takes over an edit whose message is gone. */
  adoptOrphan(text: string): void {
    this.#input.text = this.#input.isBlank ? text : `${this.#input.text}\n${text}`;
    this.#saveDraft();
    this.#input.showError(messages.editedIsGone);
    this.focus();
  }

  async #restore(room: string, shown: string): Promise<void> {
    const stored = await this.drafts.readStored(room);
    if (this.#room !== room) return;
    const typed = this.#input.text;
    const text = restoredDraft(stored, shown, typed);
    if (text !== typed) this.#input.text = text;
    this.#saveDraft();
  }

  #saveDraft(): void {
    if (this.#room !== null) this.drafts.write(this.#room, this.#input.text);
  }

  #onKey(press: KeyPress, event: JQuery.KeyDownEvent): void {
    if (this.mentions.handleKey(press)) event.preventDefault();
    else if (press.key === 'ArrowUp' && this.#editsLast(press)) event.preventDefault();
    else if (isSendKey(press, enterMeans())) {
      event.preventDefault();
      this.#submit();
    }
  }

  #editsLast(press: KeyPress): boolean {
    return isPlain(press) && this.#input.text === '' && this.#listener?.onEditLast() === true;
  }

  #submit(): void {
    this.mentions.close();
    this.focus();
    if (this.#listener === null || !this.#input.validate()) return;
    const { text } = this.#input;
    this.#input.text = '';
    this.#saveDraft();
    this.drafts.save();
    this.#listener.onSend(text);
  }
}
