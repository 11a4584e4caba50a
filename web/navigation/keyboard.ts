import $ from 'jquery';
import { isDialogOpen } from '../browser/dialog.ts';
import { type Shortcut, shortcutOf } from './shortcuts.ts';

/** On a Mac, keys have other names and functions. */
export const isMac = /^(Mac|iP)/.test(navigator.platform);

export type ShortcutHandlers = Readonly<Record<Shortcut, () => void>>;

const TEXT =
  'textarea, input:not([type="checkbox"], [type="radio"], [type="submit"], [type="button"]), [contenteditable]';

/** Binds the shortcuts of the whole page. */
export function bindKeyboard(handlers: ShortcutHandlers): void {
  $(document).on('keydown', (event) => {
    const { originalEvent } = event;
    if (!(originalEvent instanceof KeyboardEvent) || event.isDefaultPrevented()) return;
    const shortcut = shortcutOf(originalEvent, { isTyping: $(event.target).is(TEXT), isMac });
    if (shortcut === null || !isAvailable(shortcut)) return;
    if (shortcut !== 'close') event.preventDefault();
    handlers[shortcut]();
  });
}

/** An open dialog takes all keys and closes itself; only the switcher can be opened from it. */
function isAvailable(shortcut: Shortcut): boolean {
  return shortcut === 'switch' || !isDialogOpen();
}
