import unhomoglyph from 'unhomoglyph';
import { INVISIBLE } from '../../protocol/invisible.ts';
import { USER_NAME_CHARACTERS } from '../../protocol/limits.ts';
import { foldName } from '../../protocol/name-key.ts';
import { FormErrors, requiredText } from './form-errors.ts';

/** A character has at most two UTF-16 units. */
const UNITS_MAX = 2 * USER_NAME_CHARACTERS;

/** Control, private and unassigned characters, line breaks, and what is drawn as nothing. */
const UNSEEN = new RegExp(String.raw`[\p{C}\p{Zl}\p{Zp}${INVISIBLE}]`, 'u');
const OTHER_SPACE = /[^\S ]|\u1680/u;
const SPACE_AT_THE_EDGE = /^ | $| {2}/;
/** Combining marks stacked on a letter overlap the lines above and below. */
const PILED_MARKS = /^\p{M}|\p{M}{4}/u;

/** Alphabets with letters that look alike; a name uses one of them only. */
const LOOKALIKE_ALPHABETS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
];

/** A user name for a new account, in NFC. Refuses rather than alters: users log in with the name they chose. */
export function parseNewName(value: unknown): string {
  const name = parseName(value).normalize('NFC');
  const problem = problemOf(name);
  if (problem !== null) throw FormErrors.of('username', problem.code, problem.message);
  return name;
}

/** The user name in a log-in attempt. */
export function parseName(value: unknown): string {
  const name = requiredText('username', value);
  if (name.trim() === '') throw FormErrors.of('username', 'required', 'This field is required.');
  if (!hasNameLength(name)) throw tooLong();
  return name;
}

/** Asked before anything else is done with a name. Counted once more as its key is made: a single character may stand for eighteen. */
export function hasNameLength(text: string): boolean {
  if (text.length > UNITS_MAX || [...text].length > USER_NAME_CHARACTERS) return false;
  return text.normalize('NFKC').length <= UNITS_MAX;
}

/**
 * Equal for all names that could be mistaken for each other: case, width and look-alike letters are folded. For comparison
 * only. `i` is folded to `l` because `I` is the capital of the one and looks like the other.
 */
export function userNameKey(name: string): string {
  return image(foldName(name.trim()));
}

function problemOf(name: string): { code: string; message: string } | null {
  if (UNSEEN.test(name)) return { code: 'unseen', message: 'A user name has no invisible characters.' };
  if (SPACE_AT_THE_EDGE.test(name) || OTHER_SPACE.test(name)) {
    return { code: 'spaces', message: 'A user name has single spaces, and only between words.' };
  }
  if (PILED_MARKS.test(name)) return { code: 'marks', message: 'A user name has no piled-up marks.' };
  if (mixesAlphabets(name)) return { code: 'alphabets', message: 'A user name keeps to one alphabet.' };
  if (hidesItsImage(name)) return { code: 'lookalike', message: 'This name looks like one in another alphabet.' };
  return null;
}

function mixesAlphabets(name: string): boolean {
  const folded = name.normalize('NFKC');
  return LOOKALIKE_ALPHABETS.filter((alphabet) => alphabet.test(folded)).length > 1;
}

/** Capitals may look Latin where their small letters do not (Cyrillic ВОВ and BOB): the key is made of small letters and misses it. */
function hidesItsImage(name: string): boolean {
  const folded = name.normalize('NFKC');
  if (/\p{Script=Latin}/u.test(folded)) return false;
  const seen = image(folded);
  return /^[ -~]*$/.test(seen) && seen !== userNameKey(name);
}

function image(name: string): string {
  return caseless(unhomoglyph(name)).replaceAll('i', 'l');
}

/** By way of the capitals, so that ß and ss, σ and ς become equal. */
function caseless(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

function tooLong(): FormErrors {
  return FormErrors.of('username', 'max_length', `A user name has at most ${USER_NAME_CHARACTERS} characters.`);
}
