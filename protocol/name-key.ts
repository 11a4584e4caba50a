/**
 * Equal for names that differ only in case, width or how their letters are composed: `ışık` is Işık, `Jose` with an accent of
 * its own is José. By way of the capitals, so that ß and ss, σ and ς become equal, too. For comparison only.
 */
export function foldName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
