import type { MessageState, ServerFrame, Welcome } from '../../protocol/frames.ts';
import { REFUSALS } from '../../protocol/refusals.ts';

type Row = { -readonly [Key in keyof MessageState]: MessageState[Key] } & { changed: number; deleted?: string };

const TIME = '2026-11-22T12:00:00.000Z';
const TOPIC = { slug: 'general', name: 'General', topic: '' };
const LIMITS = { message: 4000, rate: 10, burst: 20 };
const PAGE_ROWS = 3;

/** A room in memory that keeps the server's promises, without a server. */
export class TestRoom {
  epoch = 'first';
  head = 0;
  rows: Row[] = [];
  history = 3;
  /** The read position of the user who enters. */
  read = 0;
  listeners = new Set<(frame: ServerFrame) => void>();

  post(user: string, message: string, nonce: string): Row | 'repeat' {
    const stored = this.rows.find((row) => row.user === user && row.nonce === nonce);
    if (stored !== undefined) return 'repeat';
    this.head++;
    const row = { user, message, nonce, seq: this.head, changed: this.head, timestamp: TIME };
    this.rows.push(row);
    this.#emit(messageFrame(row));
    return row;
  }

  edit(seq: number, message: string): void {
    this.#change(seq, (row) => {
      row.message = message;
      row.edited = TIME;
    });
  }

  delete(seq: number): void {
    this.#change(seq, (row) => {
      row.deleted = TIME;
    });
  }

  /** The frames that answer a repeated send. */
  repeatOf(user: string, nonce: string): ServerFrame[] {
    const row = this.rows.find((each) => each.user === user && each.nonce === nonce);
    return row === undefined ? [] : [{ ...messageFrame(row), repeat: true }];
  }

  /** All that an entering client is sent before `live`; each list is one frame. */
  framesOnEntry(after: number | null, epoch: string | null, max: number, user: string): ServerFrame[][] {
    const known = after !== null && epoch === this.epoch && after <= this.head;
    const missed = known ? this.head - after : 0;
    const resumed = known && missed <= max;
    const pages = resumed && after !== null ? this.#changesSince(after) : [this.#latest()];
    return [[this.#welcome(user, resumed, missed)], ...pages, [{ type: 'live', head: this.head }]];
  }

  before(seq: number, limit: number): MessageState[] {
    const earlier = this.rows.filter((row) => row.seq < seq && row.deleted === undefined);
    return earlier.slice(-limit).map((row) => messageFrame(row));
  }

  after(seq: number, limit: number): MessageState[] {
    const later = this.rows.filter((row) => row.seq > seq && row.deleted === undefined);
    return later.slice(0, limit).map((row) => messageFrame(row));
  }

  around(seq: number, limit: number): MessageState[] {
    const half = Math.floor(limit / 2);
    return [...this.before(seq, half), ...this.after(seq - 1, limit - half)];
  }

  /** The texts that are not deleted, from one number up to another. */
  textsFrom(floor: number, to = Number.POSITIVE_INFINITY): string[] {
    return this.rows.filter(({ seq, deleted }) => seq >= floor && seq <= to && deleted === undefined).map(textOf);
  }

  /** Like a restored backup: fewer changes and another epoch. */
  restore(rows: number): void {
    this.epoch += '+';
    this.rows = this.rows.slice(0, rows).map((row) => ({ ...row, changed: row.seq }));
    this.head = this.rows.at(-1)?.seq ?? 0;
  }

  refusal(nonce: string): ServerFrame {
    return { type: 'error', code: 'busy', ...REFUSALS.busy, nonce, retry_after: 50 };
  }

  #emit(frame: ServerFrame): void {
    for (const listener of this.listeners) listener(frame);
  }

  #change(seq: number, change: (row: Row) => void): void {
    const row = this.rows.find((each) => each.seq === seq);
    if (row === undefined || row.deleted !== undefined) return;
    change(row);
    this.head++;
    row.changed = this.head;
    this.#emit(changedFrame(row));
  }

  #welcome(user: string, resumed: boolean, missed: number): Welcome {
    const { epoch, head, history, read } = this;
    const session = { heartbeat: 10, version: '1', limits: LIMITS };
    return { type: 'welcome', room: TOPIC, user, epoch, head, resumed, missed, read, history, ...session };
  }

  #latest(): ServerFrame[] {
    const rows = this.rows.filter((row) => row.deleted === undefined);
    return this.history === 0 ? [] : rows.slice(-this.history).map((row) => messageFrame(row));
  }

  #changesSince(after: number): ServerFrame[][] {
    const rows = this.rows.filter((row) => row.changed > after).sort((a, b) => a.changed - b.changed);
    const frames = rows.flatMap((row) => {
      if (row.seq <= after) return [changedFrame(row)];
      return row.deleted === undefined ? [messageFrame(row)] : [];
    });
    return Array.from({ length: Math.ceil(frames.length / PAGE_ROWS) }, (_, page) =>
      frames.slice(page * PAGE_ROWS, (page + 1) * PAGE_ROWS),
    );
  }
}

export function textOf({ seq, user, message }: MessageState): string {
  return `${seq} ${user}: ${message}`;
}

function messageFrame({ deleted: _, ...row }: Row): Extract<ServerFrame, { type: 'chat_message' }> {
  return { type: 'chat_message', ...row };
}

function changedFrame(row: Row): ServerFrame {
  if (row.deleted === undefined) return { ...messageFrame(row), type: 'message_changed' };
  const { message: _, edited: __, deleted, ...rest } = row;
  return { ...rest, type: 'message_changed', deleted };
}
