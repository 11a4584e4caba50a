import { isJoined, letterAt, letterBefore } from './word-boundaries.ts';

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
  return {
    opens: FIRST.test(after) && !isJoined(before) && !OUTSIDE.test(before),
    closes: LAST.test(before) && !(before === '.' && line.slice(at, end) === '*') && endsWord(line, end),
  };
}

/** A full stop behind a mark ends a sentence, or begins the ending of a file's name. */
function endsWord(line: string, end: number): boolean {
  const after = letterAt(line, end);
  return after !== '/' && !isJoined(after === '.' ? letterAt(line, end + 1) : after);
}
