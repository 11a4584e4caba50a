import { isComposing } from '../browser/composition.ts';

/** The properties of a key press that decide whether it sends. */
export interface KeyPress {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** An on-screen keyboard has no Shift+Enter: there Enter breaks the line, and the button sends. */
export type EnterMeans = 'send' | 'new line';

export function isSendKey(press: KeyPress, enter: EnterMeans): boolean {
  if (press.key !== 'Enter' || press.shiftKey || isComposing(press)) return false;
  return enter === 'send' || press.ctrlKey || press.metaKey;
}

/** No modifier key is pressed, and the key is not for an input method. */
export function isPlain(press: KeyPress): boolean {
  return !(press.shiftKey || press.ctrlKey || press.metaKey || press.altKey || isComposing(press));
}
