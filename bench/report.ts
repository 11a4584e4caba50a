/** Figures of several rounds, put side by side. */
import type { Result } from './load.ts';

export interface Row {
  readonly name: string;
  readonly rounds: readonly Result[];
}

export interface Ratios {
  /** Of the floor's deliveries a second, 1 = as many. */
  readonly shareOfFloor: number;
  readonly timesSocketIo: number;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0];
  return (low + high) / 2;
}

export function ratios(salon: Row, floor: Row, socketIo: Row): Ratios {
  return {
    shareOfFloor: deliveries(salon) / deliveries(floor),
    timesSocketIo: deliveries(salon) / deliveries(socketIo),
  };
}

/** A table for a terminal and for Markdown alike. */
export function table(rows: readonly Row[], floor: Row, socketIo: Row): string {
  const titles = ['', 'delivered/s, median (min–max)', 'of the floor', '× Socket.IO', 'p50', 'p99', 'CPU', 'memory'];
  const lines = rows.map((row) => {
    const { shareOfFloor, timesSocketIo } = ratios(row, floor, socketIo);
    return [
      row.name,
      spread(row.rounds.map((round) => round.deliveredPerSecond)),
      `${(shareOfFloor * 100).toFixed(0)} %`,
      timesSocketIo.toFixed(1),
      `${median(row.rounds.map((round) => round.p50Ms)).toFixed(1)} ms`,
      `${median(row.rounds.map((round) => round.p99Ms)).toFixed(1)} ms`,
      `${(median(row.rounds.map((round) => round.serverCpu)) * 100).toFixed(0)} %`,
      `${(median(row.rounds.map((round) => round.serverKb)) / 1024).toFixed(0)} MB`,
    ];
  });
  return aligned([titles, ...lines]);
}

function deliveries(row: Row): number {
  return median(row.rounds.map((round) => round.deliveredPerSecond));
}

function spread(values: readonly number[]): string {
  return `${count(median(values))} (${count(Math.min(...values))}–${count(Math.max(...values))})`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const drawn = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  drawn.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return drawn.join('\n');
}
