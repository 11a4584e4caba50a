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
