import $ from 'jquery';
import { Dialog } from './dialog.ts';
import { isMac } from './platform.ts';
import { words } from './words.ts';

/** All the keys, by the names they have here. */
export class ShortcutSheet {
  readonly #dialog = new Dialog('#shortcuts');

  constructor() {
    $('.open-shortcuts').on('click', () => this.open());
    if (isMac) for (const key of $('#shortcuts kbd')) $(key).text(words.macKey($(key).text()));
  }

  open(): void {
    this.#dialog.open();
  }
}
