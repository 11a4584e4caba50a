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
