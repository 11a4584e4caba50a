/** Counts what happened under a key within the last so many milliseconds. */
export class WindowCount {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #keysMax: number;
  /** Times of what still counts, oldest first; keys in the order in which they last changed. */
  readonly #times = new Map<string, readonly number[]>();

  constructor(options: { limit: number; windowMs: number; now: () => number; keysMax?: number }) {
    this.#limit = options.limit;
    this.#windowMs = options.windowMs;
    this.#now = options.now;
    this.#keysMax = options.keysMax ?? 10_000;
  }

  /** Milliseconds until one more fits; 0: now. */
  waitMs(key: string): number {
    const times = this.#counting(key);
    const decisive = times.at(-this.#limit);
    return decisive === undefined ? 0 : decisive + this.#windowMs - this.#now();
  }

  /** Counts one; what is returned takes it back, once. */
  take(key: string): () => void {
    const time = this.#now();
    this.#keep(key, [...this.#counting(key), time].slice(-this.#limit));
    return () => this.#giveBack(key, time);
  }

  forget(key: string): void {
    this.#times.delete(key);
  }

  get keys(): number {
    return this.#times.size;
  }

  #counting(key: string): readonly number[] {
    const since = this.#now() - this.#windowMs;
    return (this.#times.get(key) ?? []).filter((time) => time > since);
  }

  #giveBack(key: string, time: number): void {
    const times = this.#times.get(key) ?? [];
    const at = times.indexOf(time);
    if (at < 0) return;
    if (times.length === 1) this.#times.delete(key);
    else this.#times.set(key, times.toSpliced(at, 1));
  }

  /** Memory is bounded: the key that was quiet for the longest time goes first. */
  #keep(key: string, times: readonly number[]): void {
    this.#times.delete(key);
    this.#times.set(key, times);
    if (this.#times.size <= this.#keysMax) return;
    const [quietest] = this.#times.keys();
    if (quietest !== undefined) this.#times.delete(quietest);
  }
}
