import { INVISIBLE } from '../../protocol/invisible.ts';
import { ROOM_NAME_CHARACTERS } from '../../protocol/limits.ts';

/**
 * The slug of a room, made from its name: letters, digits and marks of any script. Empty when the name has neither letter
 * nor digit. Variation selectors and joiners are left out: otherwise two rooms could look the same. Cut before it is
 * normalized further, since one character may expand to many.
 */
export function slugOf(name: string): string {
  const slug = roomNameKey(name)
    .slice(0, ROOM_NAME_CHARACTERS)
    .toWellFormed()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return /[\p{L}\p{N}]/u.test(slug) ? slug : '';
}

/** Equal for names that differ only by case or by how their letters are drawn. */
export function roomNameKey(name: string): string {
  return name
    .replace(/[\p{Variation_Selector}\u200c\u200d]/gu, '')
    .normalize('NFKC')
    .toLowerCase();
}

/** Invisible, or changing the direction of the text. Variation selectors may stay, and the blank that separates words in Braille. */
const UNSEEN = String.raw`[[${INVISIBLE}]--[\p{Variation_Selector}\u2800]]`;

/** Joiners where they are visible: the half space of Persian and related scripts, the joiner of Indic scripts, that within an emoji. */
const JOINERS = [
  /(?<=[\p{Script=Arabic}\p{M}])\u200c(?=\p{L})/v,
  /(?<=\p{M})\u200d(?=\p{L})/v,
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic})/v,
];
const VISIBLE_JOINER = JOINERS.map(({ source }) => source).join('|');
const DROPPED = new RegExp(`(?!${VISIBLE_JOINER})${UNSEEN}`, 'gv');

/** The text as one line without invisible characters. */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(DROPPED, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}
