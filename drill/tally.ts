/** A run in four figures. Whether every promise was kept is the checker's to say. */
import { type ClientLog, finallyShown, firstDue, type Run } from '../client/journal.ts';

export interface Loss {
  readonly acknowledged: number;
  /** Acknowledged messages that are not kept where they were acknowledged, and kept ones that somebody who had to see them never saw. */
  readonly lost: number;
  readonly twice: number;
  readonly outOfOrder: number;
}

export function tally(run: Run): Loss {
  const clients = [...run.clients.values()];
  return {
    acknowledged: sum(clients.map(({ log }) => log.filter((entry) => entry.op === 'ack').length)),
    lost: sum(clients.map((client) => notKept(client, run) + notShown(client, run))),
    twice:
      run.history.length - new Set(run.history.map((row) => row.nonce ?? row.seq)).size + sum(clients.map(shownTwice)),
    outOfOrder: sum(clients.map(inverted)),
  };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function notKept({ log }: ClientLog, { history }: Run): number {
  const kept = new Set(history.map(({ seq, nonce }) => `${seq} ${nonce}`));
  const removed = new Set(log.flatMap((entry) => (entry.op === 'delete' ? [entry.seq] : [])));
  const posts = new Set(log.flatMap((entry) => (entry.op === 'send' ? [entry.nonce] : [])));
  return log.filter(
    (entry) =>
      entry.op === 'ack' &&
      posts.has(entry.nonce) &&
      !removed.has(entry.seq) &&
      !kept.has(`${entry.seq} ${entry.nonce}`),
  ).length;
}

function notShown({ log }: ClientLog, { history }: Run): number {
  if (log.some((entry) => entry.op === 'left')) return 0;
  const shown = finallyShown(log);
  const first = firstDue(log);
  return history.filter((row) => row.seq >= first && !shown.has(row.seq)).length;
}

function shownTwice({ log }: ClientLog): number {
  const seqs = log
    .slice(log.findLastIndex((entry) => entry.op === 'reset') + 1)
    .flatMap((entry) => (entry.op === 'show' ? [entry.seq] : []));
  return seqs.length - new Set(seqs).size;
}

function inverted({ log }: ClientLog): number {
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
