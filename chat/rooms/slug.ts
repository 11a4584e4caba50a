import { ROOM_NAME_CHARACTERS } from '../../protocol/limits.ts';

/**
 * The part of a room's address that is made from its name: letters, digits and marks of any script. Empty: there is
 * neither letter nor digit in it. Cut first, since what one character stands for may be many.
 */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKC')
    .replace(/\p{Variation_Selector}/gu, '')
    .toLowerCase()
    .slice(0, ROOM_NAME_CHARACTERS)
    .toWellFormed()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return /[\p{L}\p{N}]/u.test(slug) ? slug : '';
}
