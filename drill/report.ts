/** The result of a drill, measured and printed: a table and a sentence. */
import { type ClientLog, finallyShown, firstDue, type Run } from '../client/journal.ts';

/** A run in four figures; the checker decides whether every promise was kept. */
export interface Loss {
  readonly acknowledged: number;
  /** Acknowledged messages that are not stored as acknowledged, and stored ones that a client which had to receive them did not. */
  readonly lost: number;
  readonly twice: number;
  readonly outOfOrder: number;
}

export interface Result extends Loss {
  /** Where the server listens. */
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  readonly sent: number;
  /** How many messages were sent again on purpose. */
  readonly repeats: number;
  readonly cuts: number;
  readonly acknowledgedMs: readonly number[];
  readonly shownMs: readonly number[];
  readonly reconnectMs: readonly number[];
  /** Those the checker found, a line each. */
  readonly violations: readonly string[];
}

const VIOLATIONS_SHOWN = 10;
const LABEL_WIDTH = 26;
const FIGURE_WIDTH = 10;

export function report(result: Result): string[] {
  const { clients, seconds, url } = result;
  return [
    `${clients} clients, ${seconds} s, ${url}`,
    '',
    row('sent', count(result.sent)),
    row('acknowledged', count(result.acknowledged)),
    row('lost', count(result.lost)),
    row('doubled', count(result.twice)),
    row('out of order', count(result.outOfOrder)),
    '',
    row('sent again on purpose', count(result.repeats)),
    row('lines cut', count(result.cuts)),
    '',
    row('milliseconds', 'p50', 'p99', 'most'),
    times('to the acknowledgement', result.acknowledgedMs),
    times('to all the others', result.shownMs),
    times('back after a lost line', result.reconnectMs),
    '',
    ...conclusion(result),
  ];
}

function conclusion({ violations, lost, twice, outOfOrder }: Result): string[] {
  if (violations.length === 0) return ['Nothing was lost, nothing came twice, nothing was out of order.'];
  const more = violations.length - VIOLATIONS_SHOWN;
  return [
    `This server broke its promise: ${count(lost)} lost, ${count(twice)} doubled, ${count(outOfOrder)} out of order.`,
    ...violations.slice(0, VIOLATIONS_SHOWN).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${count(more)} more like these`] : []),
  ];
}

function times(label: string, figures: readonly number[]): string {
  const at = (share: number): string => {
    const figure = quantile(figures, share);
    return figure === undefined ? '–' : milliseconds(figure);
  };
  return row(label, at(1 / 2), at(0.99), at(1));
}

/** Below ten the fraction matters. */
function milliseconds(figure: number): string {
  return figure < 10 ? figure.toFixed(1) : count(Math.round(figure));
}

function row(label: string, ...figures: readonly string[]): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${figures.map((figure) => figure.padStart(FIGURE_WIDTH)).join('')}`;
}

function count(figure: number): string {
  return figure.toLocaleString('en');
}

export function measureLoss(run: Run): Loss {
  const clients = [...run.clients.values()];
  return {
    acknowledged: sum(clients.map(({ log }) => log.filter((entry) => entry.op === 'ack').length)),
    lost: sum(clients.map((client) => missingInHistory(client, run) + missingOnScreen(client, run))),
    twice:
      run.history.length -
      new Set(run.history.map((row) => row.nonce ?? row.seq)).size +
      sum(clients.map(countShownTwice)),
    outOfOrder: sum(clients.map(countInversions)),
  };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function missingInHistory({ log }: ClientLog, { history }: Run): number {
  const stored = new Set(history.map(({ seq, nonce }) => `${seq} ${nonce}`));
  const removed = new Set(log.flatMap((entry) => (entry.op === 'delete' ? [entry.seq] : [])));
  const posts = new Set(log.flatMap((entry) => (entry.op === 'send' ? [entry.nonce] : [])));
  return log.filter(
    (entry) =>
      entry.op === 'ack' &&
      posts.has(entry.nonce) &&
      !removed.has(entry.seq) &&
      !stored.has(`${entry.seq} ${entry.nonce}`),
  ).length;
}

function missingOnScreen({ log }: ClientLog, { history }: Run): number {
  if (log.some((entry) => entry.op === 'left')) return 0;
  const shown = finallyShown(log);
  const first = firstDue(log);
  return history.filter((row) => row.seq >= first && !shown.has(row.seq)).length;
}

function countShownTwice({ log }: ClientLog): number {
  const seqs = log
    .slice(log.findLastIndex((entry) => entry.op === 'reset') + 1)
    .flatMap((entry) => (entry.op === 'show' ? [entry.seq] : []));
  return seqs.length - new Set(seqs).size;
}

function countInversions({ log }: ClientLog): number {
  let last = 0;
  let count = 0;
  for (const entry of log) {
    if (entry.op === 'reset') last = 0;
    if (entry.op !== 'show' && entry.op !== 'change') continue;
    const changed = entry.changed ?? entry.seq;
    if (changed < last) count += 1;
    last = Math.max(last, changed);
  }
  return count;
}

/** The figure that this share of all figures is below; 1: the largest. Undefined when there are none. */
export function quantile(figures: readonly number[], share: number): number | undefined {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
