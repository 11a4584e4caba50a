import { parseMessageText } from '../protocol/frames.ts';
import { Refusal } from '../protocol/refusals.ts';
import { words } from './words.ts';

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
