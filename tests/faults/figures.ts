/** What is said of many measured milliseconds. */

export function median(figures: readonly number[]): number {
  return quantile(figures, 1 / 2);
}

export function p99(figures: readonly number[]): number {
  return quantile(figures, 0.99);
}

export function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
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
