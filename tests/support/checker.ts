/**
 * Did anything get lost, doubled, mixed up or made up? From what every client did and saw, and the history at the end.
 *
 * - I1: what was acknowledged is in the history, once, as it was sent, under the number it was acknowledged with.
 * - I2: nothing is there twice, and numbers have no holes.
 * - I3: each client saw the history from the first message it saw to the last one there is: no hole, no inversion, once
 *   each; and an author's messages stand in the order in which they were written.
 * - I4: nothing was shown or kept that nobody sent.
 * - I5: every message sent ended as acknowledged or as refused, never as both and never as neither.
 *
 * For rooms in which nobody edits or deletes.
 */

export type Entry =
  | { readonly op: 'send'; readonly nonce: string; readonly text: string }
  | { readonly op: 'ack'; readonly nonce: string; readonly seq: number }
  | { readonly op: 'refused'; readonly nonce: string; readonly code: string }
  | { readonly op: 'show'; readonly seq: number; readonly user: string; readonly text: string }
  /** The server did not know the client's position any more. */
  | { readonly op: 'reset' };

export interface Kept {
  readonly seq: number;
  readonly nonce: string | null;
  readonly user: string;
  readonly text: string;
}

export interface Run {
  /** By the client's name; `user` is who it speaks for. */
  readonly clients: ReadonlyMap<string, { readonly user: string; readonly log: readonly Entry[] }>;
  /** The whole history of the room, oldest first. */
  readonly history: readonly Kept[];
}

/** One line for everything that went wrong. */
export function brokenPromises(run: Run): string[] {
  return [...keptOnce(run), ...perClient(run, seenInOrder), ...perClient(run, endedHonestly), ...nothingMadeUp(run)];
}

function perClient(run: Run, check: (log: readonly Entry[], user: string, run: Run) => string[]): string[] {
  return [...run.clients].flatMap(([name, { user, log }]) => check(log, user, run).map((line) => `${name}: ${line}`));
}

function keptOnce({ history }: Run): string[] {
  const problems: string[] = [];
  const nonces = new Set<string>();
  history.forEach((row, at) => {
    if (row.seq !== at + 1) problems.push(`I2: at place ${at + 1} of the history stands number ${row.seq}`);
    if (row.nonce !== null && nonces.has(row.nonce)) problems.push(`I2: ${row.nonce} is kept twice`);
    if (row.nonce !== null) nonces.add(row.nonce);
  });
  return problems;
}

function seenInOrder(log: readonly Entry[], _user: string, { history }: Run): string[] {
  const resets = log.filter((entry) => entry.op === 'reset').map(() => 'I3: its position was forgotten');
  const shown = log.filter((entry) => entry.op === 'show');
  const first = shown[0];
  if (first === undefined) return resets;
  const due = history.filter((row) => row.seq >= first.seq);
  const different = due.findIndex((row, at) => !isSame(row, shown[at]));
  if (different >= 0) {
    const [row, saw] = [due[different], shown[different]];
    return [...resets, `I3: where ${told(row)} is kept, it saw ${told(saw)}`];
  }
  if (shown.length > due.length) return [...resets, `I3: it saw ${told(shown[due.length])} after the end`];
  return resets;
}

function isSame(row: Kept, saw: Extract<Entry, { op: 'show' }> | undefined): boolean {
  return saw !== undefined && saw.seq === row.seq && saw.user === row.user && saw.text === row.text;
}

function endedHonestly(log: readonly Entry[], user: string, { history }: Run): string[] {
  const kept = new Map(history.map((row) => [row.nonce, row]));
  const outcomes = outcomesOf(log);
  const problems: string[] = [];
  let before = 0;
  for (const sent of log) {
    if (sent.op !== 'send') continue;
    const [outcome, ...more] = outcomes.get(sent.nonce) ?? [];
    const row = kept.get(sent.nonce);
    if (outcome === undefined) problems.push(`I5: ${sent.nonce} was neither acknowledged nor refused`);
    if (more.length > 0) problems.push(`I5: ${sent.nonce} ended ${more.length + 1} times`);
    if (outcome?.op === 'ack') problems.push(...keptAsAcknowledged(sent, outcome.seq, row, user));
    if (outcome?.op === 'refused' && row !== undefined) problems.push(`I5: ${sent.nonce} was refused and is kept`);
    if (row === undefined) continue;
    if (row.seq <= before) problems.push(`I3: ${told(row)} was written after number ${before} and stands before it`);
    before = row.seq;
  }
  return problems;
}

type Sent = Extract<Entry, { op: 'send' }>;
type Outcome = Extract<Entry, { op: 'ack' | 'refused' }>;

function outcomesOf(log: readonly Entry[]): Map<string, Outcome[]> {
  const outcomes = new Map<string, Outcome[]>();
  for (const entry of log) {
    if (entry.op !== 'ack' && entry.op !== 'refused') continue;
    outcomes.set(entry.nonce, [...(outcomes.get(entry.nonce) ?? []), entry]);
  }
  return outcomes;
}

function keptAsAcknowledged(sent: Sent, seq: number, row: Kept | undefined, user: string): string[] {
  if (row === undefined) return [`I1: ${sent.nonce} was acknowledged as number ${seq} and is lost`];
  if (row.seq === seq && row.text === sent.text && row.user === user) return [];
  return [`I1: ${sent.nonce} was acknowledged as number ${seq} of ${user} and is kept as ${told(row)}`];
}

function nothingMadeUp({ clients, history }: Run): string[] {
  const sent = new Set<string>();
  for (const { user, log } of clients.values()) {
    for (const entry of log) if (entry.op === 'send') sent.add(JSON.stringify([user, entry.nonce, entry.text]));
  }
  return history
    .filter((row) => !sent.has(JSON.stringify([row.user, row.nonce, row.text])))
    .map((row) => `I4: nobody sent ${told(row)}`);
}

function told(what: { seq: number; user: string; text: string } | undefined): string {
  return what === undefined
    ? 'nothing'
    : `number ${what.seq} (${what.user}: ${JSON.stringify(what.text.slice(0, 40))})`;
}
