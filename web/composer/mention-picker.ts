import $ from 'jquery';
import { avatar } from '../people/avatar.ts';
import { namesBeginning, type PartialMention, partialMentionAt } from './mention-completion.ts';
import { isPlain, type KeyPress } from './send-key.ts';

/**
 * Behind an @ the names that may be meant, above the box one writes in. The focus stays in the box; the list is only
 * pointed at. (A box of several lines may not call itself a combobox, so it says by what it points that a list is open.)
 */
export class MentionPicker {
  readonly #list = $('#name-choices');
  #box: HTMLTextAreaElement | null = null;
  #begun: PartialMention | null = null;
  #names: readonly string[] = [];
  #chosen = 0;
  /** Chosen or waved away: not offered again while one goes on writing behind it. */
  #settled: PartialMention | null = null;

  constructor(private readonly people: () => readonly string[]) {
    // The focus stays in the box.
    this.#list.on('mousedown', (event) => event.preventDefault());
    this.#list.on('click', '[role="option"]', (event) => {
      const option: unknown = event.currentTarget;
      if (option instanceof HTMLElement) this.#take($(option).index());
    });
  }

  completes(box: HTMLTextAreaElement): void {
    this.#box = box;
    $(box)
      .on('input click', () => this.#look())
      .on('blur', () => this.close());
  }

  /** Whether the key was for the list. */
  handleKey(press: KeyPress): boolean {
    if (this.#names.length === 0 || !isPlain(press)) return false;
    switch (press.key) {
      case 'ArrowDown':
        return this.#choose(this.#chosen + 1);
      case 'ArrowUp':
        return this.#choose(this.#chosen - 1);
      case 'Enter':
      case 'Tab':
        return this.#take(this.#chosen);
      case 'Escape':
        return this.#waveAway();
      default:
        return false;
    }
  }

  close(): void {
    this.#show([]);
  }

  #look(): void {
    const box = this.#box;
    const begun =
      box?.selectionStart === box?.selectionEnd ? partialMentionAt(box?.value ?? '', box?.selectionStart ?? 0) : null;
    if (!goesOn(begun, this.#settled)) this.#settled = null;
    this.#begun = begun;
    this.#show(begun === null || this.#settled !== null ? [] : namesBeginning(begun.text, this.people()));
  }

  #show(names: readonly string[]): void {
    this.#names = names;
    this.#list
      .empty()
      .append(names.map(option))
      .prop('hidden', names.length === 0);
    if (names.length > 0) this.#choose(0);
    else $(this.#box ?? []).removeAttr('aria-activedescendant');
  }

  #choose(at: number): true {
    this.#chosen = (at + this.#names.length) % this.#names.length;
    this.#list.children().each((each, row) => void $(row).attr('aria-selected', String(each === this.#chosen)));
    const [row] = this.#list.children().eq(this.#chosen);
    row?.scrollIntoView({ block: 'nearest' });
    $(this.#box ?? []).attr('aria-activedescendant', row?.id ?? '');
    return true;
  }

  #take(at: number): true {
    const [name, begun, box] = [this.#names[at], this.#begun, this.#box];
    if (name === undefined || begun === null || box === null) return this.#waveAway();
    this.#settled = { from: begun.from, text: name };
    const isSpaced = box.value[box.selectionEnd] === ' ';
    replace(box, begun.from, `@${name}${isSpaced ? '' : ' '}`);
    if (isSpaced) box.setSelectionRange(box.selectionEnd + 1, box.selectionEnd + 1);
    return true;
  }

  #waveAway(): true {
    this.#settled = this.#begun;
    this.close();
    return true;
  }
}

/** From there to the caret, in a way that Ctrl+Z takes back where the browser knows one. */
function replace(box: HTMLTextAreaElement, from: number, text: string): void {
  const end = box.selectionEnd;
  box.focus();
  box.setSelectionRange(from, end);
  if (document.execCommand('insertText', false, text)) return;
  box.setRangeText(text, from, end, 'end');
  $(box).trigger('input');
}

function goesOn(begun: PartialMention | null, settled: PartialMention | null): boolean {
  return begun !== null && begun.from === settled?.from && begun.text.startsWith(settled.text);
}

function option(name: string, at: number): JQuery {
  const row = $('<div>', { id: `name-choice-${at}`, role: 'option', 'aria-selected': 'false' });
  return row.append(avatar(name).addClass('small'), $('<span>', { class: 'name', dir: 'auto' }).text(name));
}
