/** Figures of ours and of theirs, of the same rounds, side by side. */
import { aligned, count, median } from '../report.ts';

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** More is better, as of deliveries; else less is, as of memory. */
  readonly better: 'more' | 'less';
  /** So many times better it is promised to be. */
  readonly goal: number;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

export function timesBetter({ better, ours, theirs }: Comparison): number {
  const [mine, others] = [median(ours), median(theirs)];
  return better === 'more' ? mine / others : others / mine;
}

export function isKept(comparison: Comparison): boolean {
  return timesBetter(comparison) >= comparison.goal;
}

/** For a terminal and for Markdown alike. */
export function comparisonTable(rows: readonly Comparison[]): string {
  const titles = ['', 'channels/ (min–max)', 'its ancestors (min–max)', 'times better', 'promised'];
  const lines = rows.map((row) => [
    `${row.name}, ${row.unit}`,
    spread(row.ours),
    spread(row.theirs),
    amount(timesBetter(row)),
    `${row.goal}${isKept(row) ? '' : ' MISSED'}`,
  ]);
  return aligned([titles, ...lines]);
}

function spread(values: readonly number[]): string {
  return `${amount(median(values))} (${amount(Math.min(...values))}–${amount(Math.max(...values))})`;
}

function amount(value: number): string {
  return value < 100 ? value.toFixed(1) : count(value);
}
