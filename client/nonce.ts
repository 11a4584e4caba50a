const TIME_DIGITS = 12;

/**
 * A name for one message, for ever: 48 bits of time, then 80 of chance, in hex. Time first, so that the index over them
 * grows at its end. (crypto.randomUUID does not exist on http pages of a local network.)
 */
export function newNonce(time = Date.now()): string {
  const chance = crypto.getRandomValues(new Uint8Array(10));
  const letters = Array.from(chance, (byte) => byte.toString(16).padStart(2, '0'));
  return time.toString(16).padStart(TIME_DIGITS, '0') + letters.join('');
}

/** Names that rise in the order in which they are given, though a clock be set back. */
export class NonceSequence {
  #last = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Whatever comes now is later than that one, which a page with another clock may have named. */
  follow(nonce: string): void {
    const time = Number.parseInt(nonce.slice(0, TIME_DIGITS), 16);
    if (time > this.#last) this.#last = time;
  }

  next(): string {
    this.#last = Math.max(this.#last + 1, this.now());
    return newNonce(this.#last);
  }
}
