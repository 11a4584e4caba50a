import type { Message } from '../../store/store.ts';
import { encodeChanged, encodeServerFrame } from '../messages/message-frame.ts';

const CHANGES = 512;
const BYTES = 1024 * 1024;

interface Entry {
  /** The change's number. Entries follow one another without a gap. */
  readonly changed: number;
  readonly seq: number;
  text: string;
}

export interface Page {
  readonly frames: readonly string[];
  /** Complete up to here. */
  readonly position: number;
}

/** The last changes of a room, encoded, for those who were away for a moment. */
export class RecentChanges {
  #entries: Entry[] = [];
  #start = 0;
  #bytes = 0;

  /** `message.changed` must follow the last one's number. After a gap, `forget` first. */
  add(message: Message, text: string): void {
    if (message.changed !== message.seq) this.#rewriteOlder(message);
    this.#entries.push({ changed: message.changed, seq: message.seq, text });
    this.#bytes += text.length;
    while (this.#entries.length - this.#start > CHANGES || this.#bytes > BYTES) this.#dropOldest();
  }

  clear(): void {
    this.#entries = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  /** The changes after `position` and up to `end`, at most about `bytes` of them; null when not all are here. */
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

  /** What was taken back must not be read by those who come later: older entries of the message tell its new state. */
  #rewriteOlder(message: Message): void {
    for (let at = this.#start; at < this.#entries.length; at++) {
      const entry = this.#entries[at];
      if (entry?.seq !== message.seq) continue;
      const stillNews = entry.changed === entry.seq && message.deletedAt === null;
      const text = stillNews ? encodeServerFrame(message, entry.changed) : encodeChanged(message, entry.changed);
      this.#bytes += text.length - entry.text.length;
      entry.text = text;
    }
  }

  #dropOldest(): void {
    this.#bytes -= this.#entries[this.#start]?.text.length ?? 0;
    this.#start++;
    if (this.#start < CHANGES) return;
    this.#entries = this.#entries.slice(this.#start);
    this.#start = 0;
  }
}
