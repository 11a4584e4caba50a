/** Time and timers, to be replaced in tests. */
export interface Clock {
  /** Milliseconds; never goes back, and counts the time a machine was asleep. */
  now(): number;
  /** Runs once, after so long. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The wall clock jumps and the monotonic clock may stop during sleep: the one that advanced further counts. */
export class PageClock implements Clock {
  #now = 0;
  #wall = Date.now();
  #steady = performance.now();

  now(): number {
    const wall = Date.now();
    const steady = performance.now();
    this.#now += Math.max(0, wall - this.#wall, steady - this.#steady);
    this.#wall = wall;
    this.#steady = steady;
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }
}
