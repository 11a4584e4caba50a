import { parseMessageText } from '../protocol/frames.ts';
import { MESSAGE_CODE_POINTS } from '../protocol/limits.ts';
import { Refusal } from '../protocol/refusals.ts';
import { words } from './words.ts';

/** So near to the limit it is worth knowing how much is left. */
const COUNTED_LAST = 200;

/** Why this text cannot be sent; empty when it can, or says nothing at all. */
export function problemWith(text: string): string {
  try {
    parseMessageText(text);
    return '';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'empty') return '';
    return error.code === 'too_long' ? error.message : words.cannotBeSent;
  }
}

/** How many characters more there may be, below 0 when there are too many; null while nobody needs to know. */
export function charactersLeft(text: string): number | null {
  if (text.length < MESSAGE_CODE_POINTS - COUNTED_LAST) return null;
  let left = MESSAGE_CODE_POINTS;
  for (const _ of text) left--;
  return left > COUNTED_LAST ? null : left;
}
