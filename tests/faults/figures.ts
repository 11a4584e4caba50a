/** What is said of many measured milliseconds. */
import { quantile } from '../../chat/drill/quantile.ts';

export function median(figures: readonly number[]): number {
  return quantile(figures, 1 / 2) ?? 0;
}

export function p99(figures: readonly number[]): number {
  return quantile(figures, 0.99) ?? 0;
}

/** Of all of them, how many fall into the fullest stretch of so many milliseconds. */
export function largestShare(figures: readonly number[], stretchMs: number): number {
  const stretches = new Map<number, number>();
  for (const figure of figures) {
    const stretch = Math.floor(figure / stretchMs);
    stretches.set(stretch, (stretches.get(stretch) ?? 0) + 1);
  }
  return Math.max(0, ...stretches.values()) / figures.length;
}

const LOOK_EVERY_MS = 10;
const STANDSTILL_MS = 50;

/** When this process stood still: what was due in such a time happens all at once at its end. */
export class Standstills {
  /** From the look before it to the second one after it: when that is taken all that was due has happened. */
  readonly #gaps: { readonly from: number; to: number }[] = [];
  #wasStill = false;
  #lookedAt = performance.now();
  readonly #looking = setInterval(() => this.#look(), LOOK_EVERY_MS);

  end(): void {
    clearInterval(this.#looking);
  }

  /** Moments of `performance.now()`; those at the end of a standstill are spread over it, as they were due. */
  spread(moments: readonly number[]): number[] {
    let rest = moments.toSorted((one, other) => one - other);
    const spread: number[] = [];
    for (const { from, to } of this.#gaps) {
      const within = rest.filter((moment) => moment > from && moment <= to);
      // Without a pause before one of them it was they who kept this process busy.
      const first = within.findIndex((moment, at) => moment - (within[at - 1] ?? from) > STANDSTILL_MS);
      const late = first < 0 ? [] : within.slice(first);
      const since = within[first - 1] ?? from;
      rest = rest.filter((moment) => !late.includes(moment));
      spread.push(...late.map((_, at) => since + ((at + 1) / late.length) * (to - since)));
    }
    return [...rest, ...spread];
  }

  #look(): void {
    const now = performance.now();
    const last = this.#gaps.at(-1);
    if (this.#wasStill && last !== undefined) last.to = now;
    this.#wasStill = now - this.#lookedAt > STANDSTILL_MS;
    if (this.#wasStill) this.#gaps.push({ from: this.#lookedAt, to: now });
    this.#lookedAt = now;
  }
}
