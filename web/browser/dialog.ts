import $ from 'jquery';

/** A dialog of the page: one at a time, closed by Esc, by its buttons, and by a press outside of it. */
export class Dialog {
  readonly #dialog: HTMLDialogElement;

  constructor(selector: string) {
    const [element] = $(selector);
    if (!(element instanceof HTMLDialogElement)) throw new Error(`the page lacks ${selector}`);
    this.#dialog = element;
    $(element).on('click', '.close', () => this.close());
    // What is in it fills it, so a press on the dialog itself is one on what lies behind.
    $(element).on('mousedown', (event) => {
      if (event.target === element) this.close();
    });
  }

  get isOpen(): boolean {
    return this.#dialog.open;
  }

  /** The browser takes the focus into it, and back when it is closed. */
  open(): void {
    closeDialogs();
    this.#dialog.showModal();
  }

  close(): void {
    this.#dialog.close();
  }
}

export function closeDialogs(): void {
  for (const element of $('dialog[open]')) if (element instanceof HTMLDialogElement) element.close();
}

export function isDialogOpen(): boolean {
  return $('dialog[open]').length > 0;
}
