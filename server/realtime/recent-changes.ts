import type { Message } from '../../store/store.ts';
import { encodeChanged, encodeServerFrame } from '../messages/message-frame.ts';

const CHANGES_MAX = 512;
const BYTES_MAX = 1024 * 1024;

interface Entry {
  /** The number of the change. Entries have consecutive numbers. */
  readonly changed: number;
  readonly seq: number;
  text: string;
}

export interface Page {
  readonly frames: readonly string[];
  /** Complete up to here. */
  readonly position: number;
}

/** The last changes of a room, encoded, for clients that were disconnected for a short time. */
export class RecentChanges {
  #entries: Entry[] = [];
  #start = 0;
  #bytes = 0;

  /** `message.changed` must follow the last one's number. After a gap, `clear` first. */
  add(message: Message, text: string): void {
    if (message.changed !== message.seq) this.#rewriteOlder(message);
    this.#entries.push({ changed: message.changed, seq: message.seq, text });
    this.#bytes += text.length;
    while (this.#entries.length - this.#start > CHANGES_MAX || this.#bytes > BYTES_MAX) this.#dropOldest();
  }

  clear(): void {
    this.#entries = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  /** The changes after `position` and up to `end`, at most about `bytes` of them; null when not all are in memory. */
  page(position: number, end: number, bytes: number): Page | null {
    if (position === end) return { frames: [], position };
    const first = this.#entries[this.#start];
    if (first === undefined || first.changed > position + 1) return null;
    const frames: string[] = [];
    let size = 0;
    let reached = position;
    for (let at = this.#start + position + 1 - first.changed; reached < end && size < bytes; at++) {
      const entry = this.#entries[at];
      if (entry === undefined) break;
      frames.push(entry.text);
      size += entry.text.length;
      reached = entry.changed;
    }
    return { frames, position: reached };
  }

  /** Deleted text must not reach later readers: older entries of the message are replaced by its new state. */
  #rewriteOlder(message: Message): void {
    for (let at = this.#start; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry?.seq !== message.seq) continue;
      const isStillNew = entry.changed === entry.seq && message.deletedAt === null;
      const text = isStillNew ? encodeServerFrame(message, entry.changed) : encodeChanged(message, entry.changed);
      this.#bytes += text.length - entry.text.length;
      entry.text = text;
    }
  }

  #dropOldest(): void {
    this.#bytes -= this.#entries[this.#start]?.text.length ?? 0;
    this.#start++;
    if (this.#start < CHANGES_MAX) return;
    this.#entries = this.#entries.slice(this.#start);
    this.#start = 0;
  }
}
