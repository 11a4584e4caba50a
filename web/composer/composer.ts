import $ from 'jquery';
import { messages } from '../locale/en.ts';
import { type Drafts, restored } from './drafts.ts';
import type { MentionPicker } from './mention-picker.ts';
import { enterMeans, MessageInput } from './message-input.ts';
import { isPlain, isSendKey, type KeyPress } from './send-key.ts';

export interface Writing {
  send(text: string): void;
  /** What one wrote last is to be written anew; false when there is nothing. */
  editLast(): boolean;
}

/** The box one writes in. What was typed in a room is there again when one comes back, by whatever way. */
export class Composer {
  readonly #form = $('#composer');
  readonly #box = new MessageInput(this.#form);
  #room: string | null = null;

  constructor(
    private readonly writing: Writing,
    private readonly drafts: Drafts,
    private readonly names: MentionPicker,
  ) {
    this.#form.on('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    // The focus stays in the box, and with it the keyboard of a telephone.
    $('#send').on('mousedown', (event) => event.preventDefault());
    this.#box.onKey((press, event) => this.#key(press, event));
    $(this.#box.element).on('input', () => this.#keep());
    this.names.completes(this.#box.element);
  }

  get isEmpty(): boolean {
    return this.#box.text === '' && this.drafts.areSafe;
  }

  /** What stands in the box before there is any room was typed before this script ran, and belongs to the first one. */
  open(room: string | null): void {
    const typedEarly = this.#room === null ? this.#box.text : '';
    this.drafts.save();
    this.#room = room;
    this.names.close();
    const shown = room === null ? '' : this.drafts.of(room);
    this.#box.text = shown + typedEarly;
    if (room !== null) void this.#restore(room, shown);
  }

  name(room: string): void {
    $(this.#box.element).attr({ placeholder: messages.writeTo(room), 'aria-label': messages.writeTo(room) });
  }

  focus(): void {
    this.#box.focus();
  }

  /** What was being written elsewhere, and has no place there any more. */
  rescue(text: string): void {
    this.#box.text = this.#box.isBlank ? text : `${this.#box.text}\n${text}`;
    this.#keep();
    this.#box.complain(messages.editedIsGone);
    this.focus();
  }

  async #restore(room: string, shown: string): Promise<void> {
    const kept = await this.drafts.read(room);
    if (this.#room !== room) return;
    const typed = this.#box.text;
    const text = restored(kept, shown, typed);
    if (text !== typed) this.#box.text = text;
    this.#keep();
  }

  #keep(): void {
    if (this.#room !== null) this.drafts.write(this.#room, this.#box.text);
  }

  #key(press: KeyPress, event: JQuery.KeyDownEvent): void {
    if (this.names.handleKey(press)) event.preventDefault();
    else if (isSendKey(press, enterMeans())) this.#sendKey(event);
    else if (press.key === 'ArrowUp' && isPlain(press) && this.#box.text === '' && this.writing.editLast()) {
      event.preventDefault();
    }
  }

  #sendKey(event: JQuery.KeyDownEvent): void {
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    this.names.close();
    this.focus();
    if (!this.#box.isGood()) return;
    const { text } = this.#box;
    this.#box.text = '';
    this.#keep();
    this.drafts.save();
    this.writing.send(text);
  }
}
