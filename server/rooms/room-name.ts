import { INVISIBLE } from '../../protocol/invisible.ts';
import { ROOM_NAME_CHARACTERS } from '../../protocol/limits.ts';
import { foldName } from '../../protocol/name-key.ts';

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

/**
 * Equal for names that differ only by case or by how their letters are drawn, in every script's special casing (ß, ς, İ).
 * Folding once more changes nothing: folded until that is so, since to fold may undo the normal form, and the other way
 * round.
 */
export function roomNameKey(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  let key = name;
  for (let pass = 0; pass < FOLDS_MAX; pass += 1) {
    const folded = foldedOnce(key);
    if (folded === key) break;
    key = folded;
  }
  return key;
}

/** Most names: asked first, since the names of all rooms are compared with a new one. */
const ASCII = /^[ -~]*$/;

/** No character needs more than three; a test tries all. */
const FOLDS_MAX = 5;

function foldedOnce(name: string): string {
  return foldName(name.replace(/[\p{Default_Ignorable_Code_Point}]/gu, ''))
    .normalize('NFD')
    .replace(DOT_OVER_I, '$1')
    .normalize('NFKC');
}

/** The dot that İ keeps as a small letter, and that Lithuanian writes under an accent: `i` has it already. */
const DOT_OVER_I = /([ij](?:(?!\u0307)\p{M})*)\u0307+/gu;

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
