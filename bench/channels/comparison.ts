/** Our figures and theirs, of the same rounds, side by side. */
import { aligned, count, median } from '../report.ts';

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** `more` for deliveries, `less` for memory. */
  readonly better: 'more' | 'less';
  /** The promised factor. */
  readonly goal: number;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** The best possible figure on this machine, of the same rounds; empty if not measured. */
  readonly floor: readonly number[];
}

export function timesBetter(row: Comparison): number {
  return times(row, row.ours);
}

export function meetsGoal(comparison: Comparison): boolean {
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
    `${row.goal}${meetsGoal(row) ? '' : ' MISSED'}`,
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
