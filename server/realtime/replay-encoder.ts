import type { Message } from '../../store/store.ts';
import { encodeChanged, encodeServerFrame } from '../messages/message-frame.ts';

/**
 * Encodes stored rows for a client that is complete up to `from`. A row that changed between two reads is read twice: it is
 * sent as a new message once, then as a change. A message that was deleted before it was sent is not sent at all.
 */
export class ReplayEncoder {
  readonly #sent = new Bits();

  constructor(private readonly from: number) {}

  /** `position`: what the client is complete up to with this frame. Null: nothing to send. */
  encode(row: Message, position = row.changed): string | null {
    const number = row.seq - this.from - 1;
    if (number < 0 || this.#sent.has(number)) return encodeChanged(row, position);
    if (row.deletedAt !== null) return null;
    this.#sent.add(number);
    return encodeServerFrame(row, position);
  }
}

/** A set of small numbers, one bit each: a replay may be a million messages long, for each of many sockets. */
class Bits {
  #bytes = new Uint8Array(64);

  has(number: number): boolean {
    return ((this.#bytes[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  add(number: number): void {
    if (number >> 3 >= this.#bytes.length) this.#grow(number >> 3);
    const byte = this.#bytes[number >> 3] ?? 0;
    this.#bytes[number >> 3] = byte | (1 << (number & 7));
  }

  #grow(to: number): void {
    const bytes = new Uint8Array(Math.max(to + 1, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}
