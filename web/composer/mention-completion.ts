import { USER_NAME_CHARACTERS } from '../../protocol/limits.ts';
import { isJoined, letterBefore } from '../markup/word-boundaries.ts';

/** The beginning of a name behind an @ that ends at the caret. */
export interface PartialMention {
  /** Where its @ stands. */
  readonly from: number;
  readonly text: string;
}

const SHOWN_MOST = 8;

/** Null when nobody is being named there. A name may hold spaces; no list of names is asked here. */
export function partialMentionAt(text: string, caret: number): PartialMention | null {
  const line = text.slice(Math.max(0, caret - USER_NAME_CHARACTERS - 1), caret);
  const at = line.lastIndexOf('@');
  const from = caret - line.length + at;
  const begun = line.slice(at + 1);
  if (at < 0 || begun.trimStart() !== begun || begun === '' || begun.includes('\n')) return null;
  return isJoined(letterBefore(text, from)) ? null : { from, text: begun };
}

/** Those a word of which begins so, accents and case aside; first those that begin with it themselves. */
export function namesBeginning(begun: string, names: readonly string[]): string[] {
  const wanted = folded(begun);
  const ranks = names.map((name) => ({ name, rank: rankOf(folded(name), wanted) }));
  const fitting = [0, 1].flatMap((rank) => ranks.filter((each) => each.rank === rank).map(({ name }) => name));
  const isWritten = fitting.length === 1 && folded(fitting[0] ?? '') === wanted;
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

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
