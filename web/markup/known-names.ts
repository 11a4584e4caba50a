import { foldName } from '../../protocol/name-key.ts';
import { isWordGoingOn, letterAt } from './word-boundaries.ts';

interface Step {
  readonly next: Map<string, Step>;
  isName: boolean;
}

const step = (): Step => ({ next: new Map(), isName: false });

/** A name may continue after these: `@ann-marie` and `@ann_b` do not mention `ann`; in `_call @ann_` it is a mark that follows. */
const CONNECTOR = /_+|[-.@]|/y;
/** The cases of persons in Hungarian: `@Anna-nak`. */
const HUNGARIAN_CASE = /-(?:[nv][ae][kl]|h[oeö]z|[tr][óő]l|ért|[oeaö]?t)(?![\p{L}\p{N}\p{M}_-])/uy;
/** A letter with its accents, or a syllable in parts: folded as a whole. A name has no more accents on a letter than three. */
const CLUSTER = /[\u1100-\u11FF]{1,9}|\P{M}\p{M}{0,4}/uy;

/** A trie of names. Finds the longest name at a place in a text, as `foldName` compares them, in time independent of their number. */
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
    let here: Step | undefined = this.#start;
    for (let end = at; end < text.length; ) {
      const cluster = matchAt(CLUSTER, text, end);
      for (const unit of foldName(cluster).split('')) here = here?.next.get(unit);
      if (here === undefined || cluster === '') break;
      end += cluster.length;
      if (here.isName && isEnd(text, end)) longest = end - at;
    }
    return longest;
  }

  #addOne(name: string): boolean {
    let here = this.#start;
    for (const unit of foldName(name).split('')) {
      const next = here.next.get(unit) ?? step();
      here.next.set(unit, next);
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
  return foldName(one) === foldName(other);
}

function isEnd(text: string, at: number): boolean {
  const next = at + matchAt(CONNECTOR, text, at).length;
  return !isWordGoingOn(letterAt(text, next)) || matchAt(HUNGARIAN_CASE, text, at) !== '';
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
