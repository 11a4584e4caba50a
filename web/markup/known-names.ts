import { foldCase, foldUnit } from '../browser/folding.ts';
import { isJoined, letterAt } from './word-boundaries.ts';

interface Step {
  readonly next: Map<string, Step>;
  isName: boolean;
}

const step = (): Step => ({ next: new Map(), isName: false });

/** A name goes on behind these: `@ann` is not meant where `@ann-marie` stands. */
const HYPHENS = '-.@';

/** Names to be found in a text, in whatever case, the longest that fits: letter by letter, however many there are. */
export class KnownNames {
  readonly #start = step();

  constructor(names: Iterable<string> = []) {
    this.add(names);
  }

  /** Those of them that are new. */
  add(names: Iterable<string>): string[] {
    return [...names].filter((name) => this.#addOne(name));
  }

  /** How many characters from `at` on are a name; 0 when none is. */
  lengthAt(text: string, at: number): number {
    let longest = 0;
    let here = this.#start.next.get(foldUnit(text.charAt(at)));
    for (let end = at + 1; here !== undefined; end++) {
      if (here.isName && isEnd(text, end)) longest = end - at;
      here = here.next.get(foldUnit(text.charAt(end)));
    }
    return longest;
  }

  #addOne(name: string): boolean {
    let here = this.#start;
    for (const unit of name.split('')) {
      const next = here.next.get(foldUnit(unit)) ?? step();
      here.next.set(foldUnit(unit), next);
      here = next;
    }
    if (here === this.#start || here.isName) return false;
    here.isName = true;
    return true;
  }
}

/** Everybody this page has heard of. */
export const knownNames = new KnownNames();

export function isSameName(one: string, other: string): boolean {
  return foldCase(one) === foldCase(other);
}

function isEnd(text: string, at: number): boolean {
  const next = letterAt(text, at);
  if (next === '_' || isJoined(next)) return false;
  return next === '' || !HYPHENS.includes(next) || !isJoined(letterAt(text, at + 1));
}
