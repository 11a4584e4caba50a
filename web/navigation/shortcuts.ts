import { isComposing } from '../browser/composition.ts';

/** The properties of a key press that decide whether it is a shortcut. */
export interface PressedKey {
  readonly key: string;
  /** The position on the keyboard, for layouts of other scripts. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

export type Shortcut = 'switch' | 'help' | 'previous' | 'next' | 'previous-unread' | 'next-unread' | 'close';

export interface ShortcutContext {
  readonly isTyping: boolean;
  readonly isMac: boolean;
}

/** Null: not a shortcut. */
export function shortcutOf(pressed: PressedKey, { isTyping, isMac }: ShortcutContext): Shortcut | null {
  if (isComposing(pressed)) return null;
  const { key, ctrlKey, metaKey, altKey, shiftKey } = pressed;
  const isPlain = !ctrlKey && !metaKey && !altKey;
  if (key === 'Escape' && isPlain && !shiftKey) return 'close';
  if (key === '?' && isPlain && !isTyping) return 'help';
  if (isSwitch(pressed, isMac)) return 'switch';
  if (!altKey || ctrlKey || metaKey) return null;
  if (key === 'ArrowUp') return shiftKey ? 'previous-unread' : 'previous';
  if (key === 'ArrowDown') return shiftKey ? 'next-unread' : 'next';
  return null;
}

/** On a Mac, Ctrl-K cuts the line in every text box. */
function isSwitch({ key, code, ctrlKey, metaKey, altKey, shiftKey }: PressedKey, isMac: boolean): boolean {
  const isCommand = isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  if (!isCommand || altKey || shiftKey) return false;
  return key.toLowerCase() === 'k' || (code === 'KeyK' && !/^[a-z]$/i.test(key));
}
