import { USER_NAME_CHARACTERS } from '../../protocol/limits.ts';
import { foldName } from '../../protocol/name-key.ts';
import { foldForSearch } from '../browser/folding.ts';
import { isJoined, letterBefore } from '../markup/word-boundaries.ts';

/** The beginning of a name: the text between an @ and the caret. */
export interface PartialMention {
  /** The index of the @. */
  readonly from: number;
  readonly text: string;
}

const SHOWN_MOST = 8;

/** Null when there is no @ with a beginning before the caret. Names may contain spaces; known names are not consulted here. */
export function partialMentionAt(text: string, caret: number): PartialMention | null {
  const line = text.slice(Math.max(0, caret - USER_NAME_CHARACTERS - 1), caret);
  const at = line.lastIndexOf('@');
  const from = caret - line.length + at;
  const typed = line.slice(at + 1);
  if (at < 0 || typed.trimStart() !== typed || typed === '' || typed.includes('\n')) return null;
  return isJoined(letterBefore(text, from)) ? null : { from, text: typed };
}

/**
 * The names with a word that begins so, ignoring accents and case; names that begin with it themselves come first. None
 * when the only one is written already: without its accents it is not, since it would mention nobody.
 */
export function namesBeginning(typed: string, names: readonly string[]): string[] {
  const wanted = foldForSearch(typed);
  const ranks = names.map((name) => ({ name, rank: rankOf(foldForSearch(name), wanted) }));
  const fitting = [0, 1].flatMap((rank) => ranks.filter((each) => each.rank === rank).map(({ name }) => name));
  const isWritten = fitting.length === 1 && foldName(fitting[0] ?? '') === foldName(typed);
  return isWritten ? [] : fitting.slice(0, SHOWN_MOST);
}

/** 0: the name begins so, 1: a later word of it does, 2: neither. */
function rankOf(name: string, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  for (let at = name.indexOf(wanted); at >= 0; at = name.indexOf(wanted, at + 1)) {
    if (!isJoined(letterBefore(name, at))) return 1;
  }
  return 2;
}
