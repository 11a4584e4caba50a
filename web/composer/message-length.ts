import { parseMessageText } from '../../protocol/frames.ts';
import { MESSAGE_CODE_POINTS } from '../../protocol/limits.ts';
import { Refusal } from '../../protocol/refusals.ts';
import { messages } from '../locale/en.ts';

/** The number of characters left is shown from here on. */
const COUNTED_LAST = 200;

/** Why this text cannot be sent; an empty string when it can, or when it is blank. */
export function problemWith(text: string): string {
  const refusal = refusalOf(text);
  if (refusal === null || refusal.code === 'empty') return '';
  return refusal.code === 'too_long' ? refusal.message : messages.cannotBeSent;
}

/** No visible character. */
export function isBlankText(text: string): boolean {
  return refusalOf(text)?.code === 'empty';
}

function refusalOf(text: string): Refusal | null {
  try {
    parseMessageText(text);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** How many more characters fit, below 0 when there are too many; null while the limit is far. */
export function charactersLeft(text: string): number | null {
  if (text.length < MESSAGE_CODE_POINTS - COUNTED_LAST) return null;
  const left = MESSAGE_CODE_POINTS - codePoints(text);
  return left > COUNTED_LAST ? null : left;
}

/** The text is well-formed: a surrogate pair counts as one. */
function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xd800) count--;
  return count;
}
