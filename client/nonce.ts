const TIME_DIGITS = 12;

/**
 * Identifies one request for ever: 48 bits of time, then 80 random bits, in hex. Time comes first, so that the index over
 * nonces grows at its end. (crypto.randomUUID does not exist on http pages of a local network.)
 */
export function newNonce(time = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const suffix = Array.from(random, (byte) => byte.toString(16).padStart(2, '0'));
  return time.toString(16).padStart(TIME_DIGITS, '0') + suffix.join('');
}

/** Nonces that sort in the order in which they are made, even if the clock is set back. */
export class NonceSequence {
  #last = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** The next nonces sort after this one, which a page with another clock may have made. */
  follow(nonce: string): void {
    const time = Number.parseInt(nonce.slice(0, TIME_DIGITS), 16);
    if (time > this.#last) this.#last = time;
  }

  next(): string {
    this.#last = Math.max(this.#last + 1, this.now());
    return newNonce(this.#last);
  }
}
