import $ from 'jquery';

/** A modal dialog: one at a time, closed by Esc, by its buttons and by a press outside. */
export class Dialog {
  readonly #dialog: HTMLDialogElement;

  constructor(selector: string) {
    const [element] = $(selector);
    if (!(element instanceof HTMLDialogElement)) throw new Error(`the page lacks ${selector}`);
    this.#dialog = element;
    $(element).on('click', '.close', () => this.close());
    // The content fills the dialog, so a press on the dialog element itself hits the backdrop.
    $(element).on('mousedown', (event) => {
      if (event.target === element) this.close();
    });
  }

  get isOpen(): boolean {
    return this.#dialog.open;
  }

  /** The browser moves the focus into it, and back when it closes. */
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
