import $ from 'jquery';
import { avatar } from '../people/avatar.ts';
import { namesBeginning, type PartialMention, partialMentionAt } from './mention-completion.ts';
import { isPlain, type KeyPress } from './send-key.ts';

/**
 * Suggests names for an @ above the input. The focus stays in the input; `aria-activedescendant` points into the list.
 * (A text box of several lines may not be a combobox, so this attribute alone shows that a list is open.)
 */
export class MentionPicker {
  readonly #list = $('#name-choices');
  #box: HTMLTextAreaElement | null = null;
  #partial: PartialMention | null = null;
  #names: readonly string[] = [];
  #selected = 0;
  /** Picked or dismissed: not suggested again while the user goes on typing after it. */
  #settled: PartialMention | null = null;

  constructor(private readonly userNames: () => readonly string[]) {
    // The focus stays in the input.
    this.#list.on('mousedown', (event) => event.preventDefault());
    this.#list.on('click', '[role="option"]', (event) => {
      const option: unknown = event.currentTarget;
      if (option instanceof HTMLElement) this.#pick($(option).index());
    });
  }

  attach(box: HTMLTextAreaElement): void {
    this.#box = box;
    $(box)
      .on('input click', () => this.#update())
      .on('blur', () => this.close());
  }

  /** True when the list has used the key. */
  handleKey(press: KeyPress): boolean {
    if (this.#names.length === 0 || !isPlain(press)) return false;
    switch (press.key) {
      case 'ArrowDown':
        return this.#select(this.#selected + 1);
      case 'ArrowUp':
        return this.#select(this.#selected - 1);
      case 'Enter':
      case 'Tab':
        return this.#pick(this.#selected);
      case 'Escape':
        return this.#dismiss();
      default:
        return false;
    }
  }

  close(): void {
    this.#showNames([]);
  }

  #update(): void {
    const box = this.#box;
    const partial =
      box?.selectionStart === box?.selectionEnd ? partialMentionAt(box?.value ?? '', box?.selectionStart ?? 0) : null;
    if (!continues(partial, this.#settled)) this.#settled = null;
    this.#partial = partial;
    this.#showNames(partial === null || this.#settled !== null ? [] : namesBeginning(partial.text, this.userNames()));
  }

  #showNames(names: readonly string[]): void {
    this.#names = names;
    this.#list
      .empty()
      .append(names.map(option))
      .prop('hidden', names.length === 0);
    if (names.length > 0) this.#select(0);
    else $(this.#box ?? []).removeAttr('aria-activedescendant');
  }

  #select(at: number): true {
    this.#selected = (at + this.#names.length) % this.#names.length;
    this.#list.children().each((each, row) => void $(row).attr('aria-selected', String(each === this.#selected)));
    const [row] = this.#list.children().eq(this.#selected);
    row?.scrollIntoView({ block: 'nearest' });
    $(this.#box ?? []).attr('aria-activedescendant', row?.id ?? '');
    return true;
  }

  #pick(at: number): true {
    const [name, partial, box] = [this.#names[at], this.#partial, this.#box];
    if (name === undefined || partial === null || box === null) return this.#dismiss();
    this.#settled = { from: partial.from, text: name };
    const isSpaced = box.value[box.selectionEnd] === ' ';
    replaceToCaret(box, partial.from, `@${name}${isSpaced ? '' : ' '}`);
    if (isSpaced) box.setSelectionRange(box.selectionEnd + 1, box.selectionEnd + 1);
    return true;
  }

  #dismiss(): true {
    this.#settled = this.#partial;
    this.close();
    return true;
  }
}

/** Replaces the text up to the caret, so that Ctrl+Z undoes it where the browser supports that. */
function replaceToCaret(box: HTMLTextAreaElement, from: number, text: string): void {
  const end = box.selectionEnd;
  box.focus();
  box.setSelectionRange(from, end);
  if (document.execCommand('insertText', false, text)) return;
  box.setRangeText(text, from, end, 'end');
  $(box).trigger('input');
}

function continues(partial: PartialMention | null, settled: PartialMention | null): boolean {
  return partial !== null && partial.from === settled?.from && partial.text.startsWith(settled.text);
}

function option(name: string, at: number): JQuery {
  const row = $('<div>', { id: `name-choice-${at}`, role: 'option', 'aria-selected': 'false' });
  return row.append(avatar(name).addClass('small'), $('<span>', { class: 'name', dir: 'auto' }).text(name));
}
