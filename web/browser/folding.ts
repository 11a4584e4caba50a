import { foldName } from '../../protocol/name-key.ts';

/** For searches by what a user typed: as names are compared, and without accents, so that `cafe` finds `Café`. */
export function foldForSearch(text: string): string {
  return foldName(text).normalize('NFKD').replace(/\p{M}/gu, '');
}
