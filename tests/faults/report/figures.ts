/** Statistics of many measured milliseconds. */
import { quantile } from '../../../drill/report.ts';

export function median(figures: readonly number[]): number {
  return quantile(figures, 1 / 2) ?? 0;
}

export function p99(figures: readonly number[]): number {
  return quantile(figures, 0.99) ?? 0;
}

/** The largest share of the figures that falls into one interval of this length. */
export function largestShare(figures: readonly number[], stretchMs: number): number {
  const sorted = figures.toSorted((one, other) => one - other);
  let from = 0;
  let most = 0;
  for (const [at, figure] of sorted.entries()) {
    while (figure - (sorted[from] ?? figure) >= stretchMs) from++;
    most = Math.max(most, at - from + 1);
  }
  return most / figures.length;
}
