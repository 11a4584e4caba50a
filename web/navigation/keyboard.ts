import $ from 'jquery';
import { isDialogOpen } from '../browser/dialog.ts';
import { type Shortcut, shortcutOf } from './shortcuts.ts';

/** Keys have other names on a Mac, and other duties. */
export const isMac = /^(Mac|iP)/.test(navigator.platform);

export type Acts = Readonly<Record<Shortcut, () => void>>;

const TEXT =
  'textarea, input:not([type="checkbox"], [type="radio"], [type="submit"], [type="button"]), [contenteditable]';

/** Every shortcut of the page that belongs to no single box of it. */
export function bindKeyboard(acts: Acts): void {
  $(document).on('keydown', (event) => {
    const { originalEvent } = event;
    if (!(originalEvent instanceof KeyboardEvent) || event.isDefaultPrevented()) return;
    const shortcut = shortcutOf(originalEvent, { isTyping: $(event.target).is(TEXT), isMac });
    if (shortcut === null || !isFree(shortcut)) return;
    if (shortcut !== 'close') event.preventDefault();
    acts[shortcut]();
  });
}

/** An open dialog has all the keys, and closes by itself; only from one to the switcher there is a way. */
function isFree(shortcut: Shortcut): boolean {
  return shortcut === 'switch' || !isDialogOpen();
}
