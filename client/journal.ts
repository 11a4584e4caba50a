/** What a client requested and received, in order, and what is stored at the end: the input of a checker. */
import { type ChangeFrame, lastChange } from './stream-position.ts';

export type Entry =
  | { readonly op: 'send'; readonly nonce: string; readonly text: string }
  | { readonly op: 'edit'; readonly nonce: string; readonly seq: number; readonly text: string }
  | { readonly op: 'delete'; readonly nonce: string; readonly seq: number }
  /** `changed`: the number of the change. */
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
  /** It entered afresh and has everything up to this number: from now on it must receive every change. */
  | { readonly op: 'entered'; readonly head: number }
  /** The server could not resume from the client's position, so the client began anew. */
  | { readonly op: 'reset' }
  /** It left for good, and need not receive what came later. */
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
  /** The user in whose name the client acts. */
  readonly user: string;
  readonly log: readonly Entry[];
}

export interface Run {
  /** By the client's name. */
  readonly clients: ReadonlyMap<string, ClientLog>;
  /** The whole history of the room, oldest first, without deleted messages. */
  readonly history: readonly StoredMessage[];
}

/** The entry for a change that was applied. `isFreshEntry`: the client was not live yet, and had no position. */
export function changeEntry(frame: ChangeFrame, isFreshEntry: boolean): Entry {
  const [{ seq }, changed] = [frame, lastChange(frame)];
  if (frame.type === 'message_changed') {
    return { op: 'change', seq, changed, text: 'deleted' in frame ? null : frame.message };
  }
  const shown = { op: 'show', seq, user: frame.user, text: frame.message } as const;
  // A fresh entry brings the last messages in the order of the messages, not in that of the changes.
  return isFreshEntry ? shown : { ...shown, changed };
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

/** The messages that the client shows at the end, by number; a reset removes all that were shown before. */
export function finallyShown(log: readonly Entry[]): Map<number, ShownMessage> {
  const shown = new Map<number, ShownMessage>();
  for (const entry of log) {
    if (entry.op === 'reset') shown.clear();
    else if (entry.op === 'show') shown.set(entry.seq, entry);
    else if (entry.op === 'change') applyChange(shown, entry);
  }
  return shown;
}

function applyChange(shown: Map<number, ShownMessage>, { seq, text }: EntryOf<'change'>): void {
  const before = shown.get(seq);
  if (text === null) shown.delete(seq);
  else if (before !== undefined) shown.set(seq, { user: before.user, text });
}

/** The number from which on the client must have everything: that of the first message it was shown, or the one after its entry. */
export function firstDue(log: readonly Entry[]): number {
  const sinceReset = log.slice(log.findLastIndex((entry) => entry.op === 'reset') + 1);
  const numbers = sinceReset.flatMap((entry) => {
    if (entry.op === 'entered') return [entry.head + 1];
    return entry.op === 'show' ? [entry.seq] : [];
  });
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
}
