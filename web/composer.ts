import $ from 'jquery';
import { problemWith } from './message-text.ts';
import { words } from './words.ts';

/** The box one writes in. What was typed in a room waits there when another one is opened. */
export class Composer {
  readonly #form = $('#composer');
  readonly #box = $('#message');
  readonly #error = $('#composer-error');
  readonly #drafts = new Map<string, string>();
  #room: string | null = null;

  constructor(private readonly send: (text: string) => void) {
    this.#form.on('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#box.on('keydown', (event) => {
      if (!isSendKey(event)) return;
      event.preventDefault();
      this.#submit();
    });
    this.#box.on('input', () => this.#error.prop('hidden', true));
  }

  get isEmpty(): boolean {
    return this.#text() === '' && [...this.#drafts.values()].every((draft) => draft === '');
  }

  open(room: string | null): void {
    if (this.#room !== null) this.#drafts.set(this.#room, this.#text());
    this.#room = room;
    this.#box.val(room === null ? '' : (this.#drafts.get(room) ?? ''));
    if (room !== null) this.#drafts.delete(room);
    this.#error.prop('hidden', true);
  }

  name(room: string): void {
    this.#box.attr({ placeholder: words.writeTo(room), 'aria-label': words.writeTo(room) });
  }

  focus(): void {
    this.#box.trigger('focus');
  }

  #submit(): void {
    const text = this.#text();
    const problem = problemWith(text);
    this.#error.text(problem).prop('hidden', problem === '');
    this.focus();
    if (problem !== '' || text.trim() === '') return;
    this.#box.val('');
    this.send(text);
  }

  #text(): string {
    return String(this.#box.val() ?? '').toWellFormed();
  }
}

/** While an input method composes a word, Enter belongs to it (code 229 where `isComposing` comes too late). */
export function isSendKey(event: JQuery.KeyDownEvent): boolean {
  if (event.key !== 'Enter' || event.shiftKey) return false;
  const { originalEvent } = event;
  return !(originalEvent?.isComposing ?? false) && originalEvent?.keyCode !== 229;
}
