/** What a drill came to, as its owner reads it: a table, and a sentence. */
import { quantile } from './quantile.ts';
import type { Loss } from './tally.ts';

export interface Result extends Loss {
  /** Where. */
  readonly url: string;
  readonly clients: number;
  readonly seconds: number;
  readonly sent: number;
  /** Of what was sent, how often something went out again on purpose. */
  readonly repeats: number;
  readonly cuts: number;
  readonly acknowledgedMs: readonly number[];
  readonly shownMs: readonly number[];
  readonly backMs: readonly number[];
  /** What the checker complains of, a line each. */
  readonly broken: readonly string[];
}

const COMPLAINTS_SHOWN = 10;
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
    times('back after a lost line', result.backMs),
    '',
    ...verdict(result),
  ];
}

function verdict({ broken, lost, twice, outOfOrder }: Result): string[] {
  if (broken.length === 0) return ['Nothing was lost, nothing came twice, nothing was out of order.'];
  const more = broken.length - COMPLAINTS_SHOWN;
  return [
    `This server broke its promise: ${count(lost)} lost, ${count(twice)} doubled, ${count(outOfOrder)} out of order.`,
    ...broken.slice(0, COMPLAINTS_SHOWN).map((line) => `  ${line}`),
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

/** Below ten a fraction tells something. */
function milliseconds(figure: number): string {
  return figure < 10 ? figure.toFixed(1) : count(Math.round(figure));
}

function row(label: string, ...figures: readonly string[]): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${figures.map((figure) => figure.padStart(FIGURE_WIDTH)).join('')}`;
}

function count(figure: number): string {
  return figure.toLocaleString('en');
}
