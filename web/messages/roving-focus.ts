import $ from 'jquery';

const STEPS: ReadonlyMap<string, -1 | 1> = new Map([
  ['ArrowUp', -1],
  ['ArrowDown', 1],
]);

/** By keyboard from message to message: one of them is on the way of Tab, the arrows lead to the others. */
export class RovingFocus {
  readonly #box = $('#messages');
  readonly #lines = $('#lines');
  #way: HTMLElement | null = null;
  #isInside = false;

  constructor(private readonly toNewest: () => void) {
    this.#box.on('keydown.rows', (event) => this.#key(event));
    this.#box.on('focusin.rows', '.message', ({ currentTarget }) => this.#came(currentTarget));
    this.#box.on('focusout.rows', () => this.#left());
    // A tap shows what can be done with a message; Safari gives no focus by itself.
    this.#box.on('click.rows', '.message', ({ currentTarget, target }) => this.#clicked(currentTarget, target));
  }

  close(): void {
    this.#box.off('.rows');
  }

  /** Rows came and went. */
  settle(): void {
    if (this.#way?.isConnected !== true) this.#lost();
    if (!this.#isInside) this.#lead(this.#last());
  }

  #key(event: JQuery.KeyDownEvent): void {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isDefaultPrevented()) return;
    const isRow = $(target).is('.message');
    if (!isRow && target !== this.#box[0]) return;
    const step = STEPS.get(key);
    if (key !== 'End' && (step === undefined || !isRow)) return;
    event.preventDefault();
    if (step === undefined) this.toNewest();
    else this.#step(target, step);
  }

  #step(row: HTMLElement, step: -1 | 1): void {
    const rows = this.#lines.find('> .message').toArray();
    const next = rows[rows.indexOf(row) + step];
    if (next !== undefined) next.focus();
  }

  #came(row: unknown): void {
    this.#isInside = true;
    if (row instanceof HTMLElement) this.#lead(row);
  }

  #left(): void {
    this.#isInside = false;
  }

  /** Where the focus was is no more: it does not fall out of the list. */
  #lost(): void {
    this.#way = null;
    if (this.#isInside && document.activeElement === document.body) this.#box.trigger('focus');
    this.#isInside = false;
  }

  #lead(row: HTMLElement | null): void {
    if (row === this.#way) return;
    if (this.#way !== null) this.#way.tabIndex = -1;
    this.#way = row;
    if (row !== null) row.tabIndex = 0;
  }

  #last(): HTMLElement | null {
    const last = this.#lines.children().last();
    const row = last.is('.message') ? last : last.prevAll('.message').first();
    return row[0] ?? null;
  }

  #clicked(row: unknown, target: unknown): void {
    if (
      !(row instanceof HTMLElement) ||
      !(target instanceof Element) ||
      $(target).closest('a, button, form').length > 0
    )
      return;
    if (getSelection()?.isCollapsed !== false) row.focus({ preventScroll: true });
  }
}
