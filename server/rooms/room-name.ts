import { ROOM_NAME_CHARACTERS } from '../../protocol/limits.ts';

/**
 * The part of a room's address that is made from its name: letters, digits and marks of any script. Empty: there is
 * neither letter nor digit in it. What only chooses how others are drawn makes no address of its own: there would be two
 * rooms that look the same. Cut first, since what one character stands for may be many.
 */
export function slugOf(name: string): string {
  const slug = roomNameKey(name)
    .slice(0, ROOM_NAME_CHARACTERS)
    .toWellFormed()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return /[\p{L}\p{N}]/u.test(slug) ? slug : '';
}

/** The same for names that differ by case or by how their letters are drawn alone. */
export function roomNameKey(name: string): string {
  return name
    .replace(/[\p{Variation_Selector}\u200c\u200d]/gu, '')
    .normalize('NFKC')
    .toLowerCase();
}

/** Drawn as nothing, letters among them, or turning the text around; what only chooses how a sign is drawn may stay. */
const UNSEEN = /[\p{Cf}[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]]/v;

/** Where they can be seen: the half space of Persian and its neighbours, the joiner of Indic scripts, that within an emoji. */
const JOINERS = [
  /(?<=[\p{Script=Arabic}\p{M}])\u200c(?=\p{L})/v,
  /(?<=\p{M})\u200d(?=\p{L})/v,
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic})/v,
];
const SEEN = JOINERS.map(({ source }) => source).join('|');
const DROPPED = new RegExp(`(?!${SEEN})${UNSEEN.source}`, 'gv');

/** One line, of what can be seen. */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(DROPPED, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}
