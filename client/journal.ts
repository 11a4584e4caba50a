/** What a client did and saw, in order, and what is kept in the end: all that the checker goes by. */

export type Entry =
  | { readonly op: 'send'; readonly nonce: string; readonly text: string }
  | { readonly op: 'edit'; readonly nonce: string; readonly seq: number; readonly text: string }
  | { readonly op: 'delete'; readonly nonce: string; readonly seq: number }
  /** `changed`: the number under which the server said so. */
  | { readonly op: 'ack'; readonly nonce: string; readonly seq: number; readonly changed?: number }
  | { readonly op: 'refused'; readonly nonce: string; readonly code: string }
  /** A message that is new to this client. */
  | {
      readonly op: 'show';
      readonly seq: number;
      readonly changed?: number;
      readonly user: string;
      readonly text: string;
    }
  /** An edit, or with no text a deletion. */
  | { readonly op: 'change'; readonly seq: number; readonly changed: number; readonly text: string | null }
  /** It came in anew, complete up to this number: all that comes after is owed to it. */
  | { readonly op: 'entered'; readonly head: number }
  /** The server did not know the client's position any more: it began anew. */
  | { readonly op: 'reset' }
  /** It went for good: what came after is not owed to it. */
  | { readonly op: 'left' };

export type EntryOf<Op extends Entry['op']> = Extract<Entry, { readonly op: Op }>;
export type Request = EntryOf<'send' | 'edit' | 'delete'>;
export type RequestOutcome = EntryOf<'ack' | 'refused'>;

export interface StoredMessage {
  readonly seq: number;
  readonly nonce: string | null;
  readonly user: string;
  readonly text: string;
}

export interface ClientLog {
  /** Who the client speaks for. */
  readonly user: string;
  readonly log: readonly Entry[];
}

export interface Run {
  /** By the client's name. */
  readonly clients: ReadonlyMap<string, ClientLog>;
  /** The whole history of the room, oldest first, without what was deleted. */
  readonly history: readonly StoredMessage[];
}

export function isRequest(entry: Entry): entry is Request {
  return entry.op === 'send' || entry.op === 'edit' || entry.op === 'delete';
}

export function outcomesOf(log: readonly Entry[]): Map<string, RequestOutcome[]> {
  const outcomes = new Map<string, RequestOutcome[]>();
  for (const entry of log) {
    if (entry.op !== 'ack' && entry.op !== 'refused') continue;
    const known = outcomes.get(entry.nonce);
    if (known === undefined) outcomes.set(entry.nonce, [entry]);
    else known.push(entry);
  }
  return outcomes;
}

export interface ShownMessage {
  readonly user: string;
  readonly text: string;
}

/** What the client shows after all this, by the numbers of the messages. What it showed before a reset is gone. */
export function finallyShown(log: readonly Entry[]): Map<number, ShownMessage> {
  const shown = new Map<number, ShownMessage>();
  for (const entry of log) {
    if (entry.op === 'reset') shown.clear();
    else if (entry.op === 'show') shown.set(entry.seq, entry);
    else if (entry.op === 'change') change(shown, entry);
  }
  return shown;
}

function change(shown: Map<number, ShownMessage>, { seq, text }: EntryOf<'change'>): void {
  const before = shown.get(seq);
  if (text === null) shown.delete(seq);
  else if (before !== undefined) shown.set(seq, { user: before.user, text });
}

/** The number from which on all is owed: of what it saw first, or the one behind which it came in. */
export function firstDue(log: readonly Entry[]): number {
  const begun = log.slice(log.findLastIndex((entry) => entry.op === 'reset') + 1);
  const numbers = begun.flatMap((entry) => {
    if (entry.op === 'entered') return [entry.head + 1];
    return entry.op === 'show' ? [entry.seq] : [];
  });
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
}
