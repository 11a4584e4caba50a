import $ from 'jquery';

const STEPS: ReadonlyMap<string, -1 | 1> = new Map([
  ['ArrowUp', -1],
  ['ArrowDown', 1],
]);

/** Moves the focus between messages by keyboard: Tab reaches one of them, the arrow keys the others. */
export class RovingFocus {
  readonly #box = $('#messages');
  readonly #list = $('#lines');
  #tabStop: HTMLElement | null = null;
  #isInside = false;

  constructor(private readonly onEnd: () => void) {
    this.#box.on('keydown.rows', (event) => this.#onKey(event));
    this.#box.on('focusin.rows', '.message', ({ currentTarget }) => this.#onFocus(currentTarget));
    this.#box.on('focusout.rows', () => this.#onFocusOut());
    // A tap shows the action buttons of a message; Safari does not focus it by itself.
    this.#box.on('click.rows', '.message', ({ currentTarget, target }) => this.#onClick(currentTarget, target));
  }

  close(): void {
    this.#box.off('.rows');
  }

  /** Rows were added or removed. */
  onRowsChanged(): void {
    if (this.#tabStop?.isConnected !== true) this.#clearTabStop();
    if (!this.#isInside) this.#setTabStop(this.#lastRow);
  }

  #onKey(event: JQuery.KeyDownEvent): void {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isDefaultPrevented()) return;
    const isRow = $(target).is('.message');
    if (!isRow && target !== this.#box[0]) return;
    const step = STEPS.get(key);
    if (key !== 'End' && (step === undefined || !isRow)) return;
    event.preventDefault();
    if (step === undefined) this.onEnd();
    else this.#focusNeighbor(target, step);
  }

  #focusNeighbor(row: HTMLElement, step: -1 | 1): void {
    const rows = this.#list.find('> .message').toArray();
    const next = rows[rows.indexOf(row) + step];
    if (next !== undefined) next.focus();
  }

  #onFocus(row: unknown): void {
    this.#isInside = true;
    if (row instanceof HTMLElement) this.#setTabStop(row);
  }

  #onFocusOut(): void {
    this.#isInside = false;
  }

  /** The focused row was removed: the focus stays in the list. */
  #clearTabStop(): void {
    this.#tabStop = null;
    if (this.#isInside && document.activeElement === document.body) this.#box.trigger('focus');
    this.#isInside = false;
  }

  #setTabStop(row: HTMLElement | null): void {
    if (row === this.#tabStop) return;
    if (this.#tabStop !== null) this.#tabStop.tabIndex = -1;
    this.#tabStop = row;
    if (row !== null) row.tabIndex = 0;
  }

  get #lastRow(): HTMLElement | null {
    const last = this.#list.children().last();
    const row = last.is('.message') ? last : last.prevAll('.message').first();
    return row[0] ?? null;
  }

  #onClick(row: unknown, target: unknown): void {
    if (
      !(row instanceof HTMLElement) ||
      !(target instanceof Element) ||
      $(target).closest('a, button, form').length > 0
    )
      return;
    if (getSelection()?.isCollapsed !== false) row.focus({ preventScroll: true });
  }
}
