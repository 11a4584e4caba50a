/**
 * Checks that nothing was lost, doubled, reordered or invented, from the logs of all clients and the history at the end.
 *
 * - I1: an acknowledged message is in the history once, as it was sent, under the number of its acknowledgement; an
 *   acknowledged edit is its text, an acknowledged deletion removed it.
 * - I2: nothing is stored twice, and every number belongs to a message or to a change.
 * - I3: each client saw the changes in the order of their numbers, none of them as new twice, and shows at the end exactly
 *   what is stored, from the first message it was shown to the last one there is; and the messages of an author stand in
 *   the order in which they were written.
 * - I4: nothing was shown or stored that no client sent.
 * - I5: every message, edit and deletion ended as acknowledged or as refused, never as both and never as neither.
 *
 * For rooms in which users edit and delete only their own messages.
 */
import {
  type ClientLog,
  type Entry,
  type EntryOf,
  finallyShown,
  firstDue,
  isRequest,
  outcomesOf,
  type Run,
  type ShownMessage,
  type StoredMessage,
} from '../client/journal.ts';

/** One line for each violation. */
export function violations(run: Run): string[] {
  return [
    ...perClient(run, (client) => checkStoredAsAcknowledged(client, run)),
    ...checkStoredOnce(run),
    ...perClient(run, ({ log }) => checkOrder(log)),
    ...perClient(run, ({ log }) => checkShownAsStored(log, run)),
    ...perClient(run, ({ log }) => checkOutcomes(log, run)),
    ...checkNothingInvented(run),
  ];
}

function perClient({ clients }: Run, check: (client: ClientLog) => string[]): string[] {
  return [...clients].flatMap(([name, client]) => check(client).map((line) => `${name}: ${line}`));
}

function checkStoredOnce(run: Run): string[] {
  const problems: string[] = [];
  const nonces = new Set<string>();
  const numbers = numbersOfChanges(run);
  let before = 0;
  for (const { seq, nonce } of run.history) {
    if (nonce !== null && nonces.has(nonce)) problems.push(`I2: ${nonce} is kept twice`);
    if (nonce !== null) nonces.add(nonce);
    if (seq <= before) problems.push(`I2: number ${seq} stands behind number ${before}`);
    for (let between = before + 1; between < seq; between++) {
      if (!numbers.has(between)) problems.push(`I2: number ${between} belongs to nothing`);
    }
    before = seq;
  }
  return problems;
}

/** Numbers that no stored message has: those of edits, of deletions, and of deleted messages. */
function numbersOfChanges({ clients }: Run): Set<number> {
  const numbers = new Set<number>();
  for (const { log } of clients.values()) {
    const changes = new Set(
      log.flatMap((entry) => (entry.op === 'edit' || entry.op === 'delete' ? [entry.nonce] : [])),
    );
    for (const entry of log) {
      if (entry.op === 'change') numbers.add(entry.changed);
      if (entry.op === 'delete') numbers.add(entry.seq);
      if (entry.op === 'ack' && entry.changed !== undefined && changes.has(entry.nonce)) numbers.add(entry.changed);
    }
  }
  return numbers;
}

function checkOrder(log: readonly Entry[]): string[] {
  const problems: string[] = [];
  let shownAsNew = new Set<number>();
  let last = 0;
  for (const entry of log) {
    if (entry.op === 'reset') {
      problems.push('I3: its position was forgotten');
      shownAsNew = new Set();
      last = 0;
    }
    if (entry.op !== 'show' && entry.op !== 'change') continue;
    const changed = entry.changed ?? entry.seq;
    if (changed < last) problems.push(`I3: it saw number ${changed} after number ${last}`);
    last = Math.max(last, changed);
    if (entry.op === 'show' && shownAsNew.has(entry.seq)) problems.push(`I3: it saw ${describe(entry)} as news twice`);
    if (entry.op === 'show') shownAsNew.add(entry.seq);
  }
  return problems;
}

function checkShownAsStored(log: readonly Entry[], { history }: Run): string[] {
  const shown = finallyShown(log);
  const left = log.some((entry) => entry.op === 'left');
  const [first, last] = [firstDue(log), left ? Math.max(0, ...shown.keys()) : Number.POSITIVE_INFINITY];
  const due = history.filter((row) => row.seq >= first && row.seq <= last);
  const problems = due.flatMap((row) => compareShown(row, shown.get(row.seq), left));
  if (left) return problems;
  for (const { seq } of due) shown.delete(seq);
  return [...problems, ...[...shown].map(([seq, saw]) => `I3: it saw ${describe({ seq, ...saw })}, which is not kept`)];
}

/** A client that left can only be checked for missing messages: what it saw may have changed since. */
function compareShown(row: StoredMessage, saw: ShownMessage | undefined, left: boolean): string[] {
  if (saw === undefined) return [`I3: it never saw ${describe(row)}`];
  if (left || (saw.text === row.text && saw.user === row.user)) return [];
  return [`I3: where ${describe(row)} is kept, it saw ${describe({ seq: row.seq, ...saw })}`];
}

function checkOutcomes(log: readonly Entry[], { history }: Run): string[] {
  const nonces = new Set(history.map((row) => row.nonce));
  const outcomes = outcomesOf(log);
  const problems: string[] = [];
  for (const { nonce } of log.filter(isRequest)) {
    const [outcome, ...more] = outcomes.get(nonce) ?? [];
    if (outcome === undefined) problems.push(`I5: ${nonce} was neither acknowledged nor refused`);
    if (more.length > 0) problems.push(`I5: ${nonce} ended ${more.length + 1} times`);
    if (outcome?.op === 'refused' && nonces.has(nonce)) problems.push(`I5: ${nonce} was refused and is kept`);
  }
  return problems;
}

function checkStoredAsAcknowledged({ user, log }: ClientLog, { history }: Run): string[] {
  const stored = new Map(history.map((row) => [row.nonce, row]));
  const texts = acknowledgedTexts(log);
  const outcomes = outcomesOf(log);
  const problems: string[] = [];
  let before = 0;
  for (const sent of log) {
    if (sent.op !== 'send') continue;
    const row = stored.get(sent.nonce);
    const outcome = outcomes.get(sent.nonce)?.[0];
    if (outcome?.op === 'ack') problems.push(...checkAcknowledged(sent, outcome, row, user, texts));
    if (row === undefined) continue;
    if (row.seq <= before)
      problems.push(`I3: ${describe(row)} was written after number ${before} and stands before it`);
    before = row.seq;
  }
  return problems;
}

function checkAcknowledged(
  sent: EntryOf<'send'>,
  { seq }: EntryOf<'ack'>,
  row: StoredMessage | undefined,
  user: string,
  texts: ReadonlyMap<number, string | null>,
): string[] {
  const text = texts.has(seq) ? texts.get(seq) : sent.text;
  const promised = `I1: ${sent.nonce} was acknowledged as number ${seq}`;
  if (row === undefined) return text === null ? [] : [`${promised} and is lost`];
  if (text === null) return [`${promised}, its deletion too, and is kept`];
  if (row.seq === seq && row.text === text && row.user === user) return [];
  return [`${promised} of ${user}: ${JSON.stringify(text)}, and is kept as ${describe(row)}`];
}

/** The texts after acknowledged edits (null: deleted), by the numbers of the messages. */
function acknowledgedTexts(log: readonly Entry[]): Map<number, string | null> {
  const texts = new Map<number, string | null>();
  const outcomes = outcomesOf(log);
  for (const entry of log) {
    if (entry.op !== 'edit' && entry.op !== 'delete') continue;
    if (outcomes.get(entry.nonce)?.[0]?.op === 'ack') texts.set(entry.seq, entry.op === 'edit' ? entry.text : null);
  }
  return texts;
}

function checkNothingInvented({ clients, history }: Run): string[] {
  const sent = new Set<string>();
  const texts = new Set<string>();
  for (const { user, log } of clients.values()) {
    for (const entry of log) {
      if (entry.op === 'send') sent.add(JSON.stringify([user, entry.nonce]));
      if (entry.op === 'send' || entry.op === 'edit') texts.add(JSON.stringify([user, entry.text]));
    }
  }
  const wasSent = ({ user, text }: ShownMessage): boolean => texts.has(JSON.stringify([user, text]));
  const inventedRows = history.filter((row) => !sent.has(JSON.stringify([row.user, row.nonce])) || !wasSent(row));
  const shows = [...clients.values()].flatMap(({ log }) => log.filter((entry) => entry.op === 'show'));
  return [...inventedRows, ...shows.filter((entry) => !wasSent(entry))].map(
    (what) => `I4: nobody sent ${describe(what)}`,
  );
}

function describe(what: ShownMessage & { readonly seq: number }): string {
  return `number ${what.seq} (${what.user}: ${JSON.stringify(what.text.slice(0, 40))})`;
}
