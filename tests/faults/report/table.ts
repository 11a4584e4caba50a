/** What every fault did, in one table: printed as it happens, and whole at the end of a run that names a file for it. */
import { appendFileSync } from 'node:fs';
import type { Loss } from '../../../drill/report.ts';

export interface Row extends Loss {
  readonly fault: string;
  /** From the end of the fault to the first acknowledgement, or to what the fault names; null where no client was away. */
  readonly backMs: number | null;
}

const HEAD = ['fault', 'acknowledged', 'lost', 'twice', 'out of order', 'back after ms'];

export function report(row: Row): void {
  const file = process.env.SALON_FAULT_TABLE;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
  console.log(lines([row]).join('\n'));
}

/** Markdown that reads well unrendered. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(cellsOf);
  const widths = HEAD.map((head, at) => Math.max(head.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => pad(cell, widths[at] ?? 0, at)).join(' | ')} |`;
  return [line(HEAD), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(line)].join('\n');
}

export function worst(figures: readonly number[]): number {
  return Math.round(Math.max(0, ...figures));
}

function lines(rows: readonly Row[]): string[] {
  return rows.map((row) =>
    cellsOf(row)
      .map((cell, at) => (at === 0 ? cell : `${HEAD[at]} ${cell}`))
      .join(' · '),
  );
}

function cellsOf({ fault, acknowledged, lost, twice, outOfOrder, backMs }: Row): string[] {
  const figures = [acknowledged, lost, twice, outOfOrder].map((figure) => figure.toLocaleString('en'));
  return [fault, ...figures, backMs === null ? '–' : Math.round(backMs).toLocaleString('en')];
}

function pad(cell: string, width: number, at: number): string {
  return at === 0 ? cell.padEnd(width) : cell.padStart(width);
}

if (import.meta.main) {
  const text = await Bun.file(process.argv[2] ?? '').text();
  const rows: Row[] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  if (rows.length > 0) console.log(table(rows));
}
