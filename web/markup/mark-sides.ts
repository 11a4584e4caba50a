import { isJoined, isWordGoingOn, letterAt, letterBefore } from './word-boundaries.ts';

export interface Sides {
  readonly opens: boolean;
  readonly closes: boolean;
}

/** The first and last character between two marks. The stars of wildcards and sums stand beside others: `*.ts`, `a/*`, `(a)*(b)`. */
const FIRST = /[^\s.,;:!?/)\]}…]/;
const LAST = /[^\s,;/([{-]/;
/** Never before an opening mark. */
const OUTSIDE = /[./)\]}]/;

/** Whether the marks from `at` to `end` open or close something: by the characters beside them. */
export function sidesOf(line: string, at: number, end: number): Sides {
  const [before, after] = [letterBefore(line, at), letterAt(line, end)];
  const mark = line.slice(at, end);
  return {
    opens: FIRST.test(after) && !isJoined(before) && !OUTSIDE.test(before),
    closes: LAST.test(before) && !(before === '.' && mark === '*') && endsWord(line, end, mark),
  };
}

/** A full stop behind a mark ends a sentence, or begins the ending of a file's name. */
function endsWord(line: string, end: number, mark: string): boolean {
  const after = letterAt(line, end);
  // Finnish, Hungarian and other endings grow onto bold words; two stars are no wildcard in a word.
  if (mark === '**' && /\p{L}/u.test(after)) return true;
  return after !== '/' && !isWordGoingOn(after === '.' ? letterAt(line, end + 1) : after);
}
