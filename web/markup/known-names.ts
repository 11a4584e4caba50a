import { foldCase, foldUnit } from '../browser/folding.ts';
import { isJoined, letterAt } from './word-boundaries.ts';

interface Step {
  readonly next: Map<string, Step>;
  isName: boolean;
}

const step = (): Step => ({ next: new Map(), isName: false });

/** A name may continue after these: `@ann-marie` and `@ann_b` do not mention `ann`; in `_call @ann_` it is a mark that follows. */
const CONNECTOR = /_+|[-.@]|/y;

/** A trie of names. Finds the longest name at a place in a text, ignoring case, in time independent of their number. */
export class KnownNames {
  readonly #start = step();

  constructor(names: Iterable<string> = []) {
    this.add(names);
  }

  /** Returns the new ones among them. */
  add(names: Iterable<string>): string[] {
    return [...names].filter((name) => this.#addOne(name));
  }

  /** The length of the name at `at`; 0 when there is none. */
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

/** The names of all users that this page has seen. */
export const knownNames = new KnownNames();

export function isSameName(one: string, other: string): boolean {
  return foldCase(one) === foldCase(other);
}

function isEnd(text: string, at: number): boolean {
  CONNECTOR.lastIndex = at;
  const [connector = ''] = CONNECTOR.exec(text) ?? [];
  return !isJoined(letterAt(text, at + connector.length));
}
