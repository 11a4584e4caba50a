/** The number of colours in styles/avatar.css. */
export const HUES = 12;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first letters of the first two words, or the first two letters of a single word. */
export function initialsOf(name: string): string {
  const [first = '', second = ''] = name.split(/[\s._-]+/u).filter((word) => word !== '');
  const letters = second === '' ? lettersOf(first, 2) : lettersOf(first, 1) + lettersOf(second, 1);
  return letters.toLocaleUpperCase();
}

/** FNV-1a over the code units: the same on every machine. */
export function hueOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % HUES;
}

function lettersOf(word: string, count: number): string {
  return [...graphemes.segment(word)]
    .slice(0, count)
    .map(({ segment }) => segment)
    .join('');
}
