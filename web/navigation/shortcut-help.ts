import $ from 'jquery';
import { Dialog } from '../browser/dialog.ts';
import { messages } from '../locale/en.ts';
import { isMac } from './keyboard.ts';

/** The dialog of all shortcuts, with the key names of this platform. */
export class ShortcutHelp {
  readonly #dialog = new Dialog('#shortcuts');

  constructor() {
    $('.open-shortcuts').on('click', () => this.open());
    if (isMac) for (const key of $('#shortcuts kbd')) $(key).text(messages.macKey($(key).text()));
  }

  open(): void {
    this.#dialog.open();
  }
}
