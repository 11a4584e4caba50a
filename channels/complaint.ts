import type { Log } from './log.ts';

const COMPLAIN_EVERY_MS = 60_000;

/** One kind of trouble that may come a thousand times a second: told at once, then once a minute at most, with its count. */
export class ThrottledLog {
  readonly #log: Log;
  readonly #now: () => number;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(log: Log, now = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  warn(line: string): void {
    this.#count += 1;
    if (this.#now() < this.#quietUntil) return;
    this.#quietUntil = this.#now() + COMPLAIN_EVERY_MS;
    this.#log.warn(this.#count === 1 ? line : `${line} (${this.#count} times until now)`);
  }
}
