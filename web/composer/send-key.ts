/** What of a key press decides whether it sends. */
export interface KeyPress {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** On the glass of a telephone there is no Shift+Enter: there Enter breaks the line, and the button sends. */
export type EnterMeans = 'send' | 'new line';

export function isSendKey(press: KeyPress, enter: EnterMeans): boolean {
  if (press.key !== 'Enter' || press.shiftKey || isComposed(press)) return false;
  return enter === 'send' || press.ctrlKey || press.metaKey;
}

/** This key and no other, for the page and not for an input method. */
export function isPlain(press: KeyPress): boolean {
  return !(press.shiftKey || press.ctrlKey || press.metaKey || press.altKey || isComposed(press));
}

/** While an input method composes a word, the keys belong to it (code 229 where `isComposing` comes too late). */
function isComposed({ isComposing, keyCode }: KeyPress): boolean {
  return isComposing || keyCode === 229;
}
