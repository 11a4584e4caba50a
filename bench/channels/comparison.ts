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
  /** The least that is possible on this machine, of the same rounds; empty where nobody measured it. */
  readonly floor: readonly number[];
}

export function timesBetter(row: Comparison): number {
  return times(row, row.ours);
}

export function isKept(comparison: Comparison): boolean {
  return timesBetter(comparison) >= comparison.goal;
}

/** For a terminal and for Markdown alike. */
export function comparisonTable(rows: readonly Comparison[]): string {
  const titles = [
    '',
    'channels/ (min–max)',
    'its ancestors (min–max)',
    'times better',
    'promised',
    'the floor',
    'times better at most',
  ];
  const lines = rows.map((row) => [
    `${row.name}, ${row.unit}`,
    spread(row.ours),
    spread(row.theirs),
    amount(timesBetter(row)),
    `${row.goal}${isKept(row) ? '' : ' MISSED'}`,
    ...floorOf(row),
  ]);
  return aligned([titles, ...lines]);
}

function floorOf(row: Comparison): [string, string] {
  if (row.floor.length === 0) return ['', ''];
  const best = row.better === 'more' ? Math.max(...row.floor) : Math.min(...row.floor);
  return [spread(row.floor), amount(times(row, [best]))];
}

function times({ better, theirs }: Comparison, values: readonly number[]): number {
  const [these, others] = [median(values), median(theirs)];
  return better === 'more' ? these / others : others / these;
}

function spread(values: readonly number[]): string {
  return `${amount(median(values))} (${amount(Math.min(...values))}–${amount(Math.max(...values))})`;
}

function amount(value: number): string {
  return value < 100 ? value.toFixed(1) : count(value);
}
