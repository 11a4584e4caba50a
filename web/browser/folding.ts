/** For searches by what a user typed: without accents, case and compatibility forms, so that `cafe` finds `Café`. */
export function foldForSearch(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** For names in a text: case alone, and the length never changes, so that an index in the text is one in the name. */
export function foldCase(text: string): string {
  return text.split('').map(foldUnit).join('');
}

/** One UTF-16 code unit of `foldCase`. */
export function foldUnit(unit: string): string {
  const lower = unit.toLowerCase();
  return lower.length === unit.length ? lower : unit;
}
