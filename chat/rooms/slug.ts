import { ROOM_NAME_CHARACTERS } from '../../protocol/limits.ts';

/** The part of a room's address that is made from its name: letters, digits and marks of any script. Empty: none of them. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, ROOM_NAME_CHARACTERS)
    .toWellFormed();
}
