/**
 * What a client sends while `connect` is still at work, a replay perhaps, waits for as long as that takes. Everybody
 * can be made to wait at once, after a restart for instance, and nobody has to say much so early: so its bound is a
 * narrow one, and the mailbox keeps its room for the events of the layer.
 */
export class EarlyEvents {
  #count = 0;
  #bytes = 0;

  /** False when it is too much. */
  admit(frame: string | Uint8Array): boolean {
    this.#count += 1;
    this.#bytes += Buffer.byteLength(frame);
    return this.#count <= EARLY_COUNT && this.#bytes <= EARLY_BYTES;
  }
}

export const EARLY_COUNT = 64;
/** One frame of the largest size that a server takes by itself (limits.ts). */
export const EARLY_BYTES = 64 * 1024;
