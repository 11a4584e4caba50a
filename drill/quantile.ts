/** The figure that so large a share of all of them is below; undefined when there are none. 1: the largest. */
export function quantile(figures: readonly number[], share: number): number | undefined {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
