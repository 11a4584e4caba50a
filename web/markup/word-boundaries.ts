/** Word boundaries, for marks that mean nothing inside a word: `snake_case`, `2*3*4`, `me@home`. */

/**
 * Letters that form words; not those of scripts without spaces between words, where a mark can only stand between two
 * letters. Includes accents that stand alone, for the sake of ¯\_(ツ)_/¯.
 */
const JOINED =
  /[[[\p{L}\p{N}\p{M}\p{Sk}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]]--[\uFE0F]]/v;

/**
 * Scripts whose particles and endings grow onto a name or a word in marks. An accent is never an ending. Others set theirs off:
 * Turkish by an apostrophe, Finnish by a colon.
 */
const GROWING = /(?!\p{M})[\p{sc=Hang}\p{sc=Geor}\p{sc=Armn}\p{sc=Beng}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}]/u;

/** Whether a word goes on with this letter, and not only with its ending. */
export function isWordGoingOn(letter: string): boolean {
  return isJoined(letter) && !GROWING.test(letter);
}

export function isJoined(letter: string): boolean {
  return JOINED.test(letter);
}

/** The character that ends at `at`; empty at the start. */
export function letterBefore(text: string, at: number): string {
  const whole = text.codePointAt(at - 2) ?? 0;
  return whole > 0xffff ? String.fromCodePoint(whole) : text.charAt(at - 1);
}

/** The character that begins at `at`; empty at the end. */
export function letterAt(text: string, at: number): string {
  const whole = text.codePointAt(at);
  return whole === undefined ? '' : String.fromCodePoint(whole);
}
