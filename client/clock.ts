export interface Clock {
  /** Milliseconds; never goes back, and counts the time a machine was asleep. */
  now(): number;
  /** Runs once, later. Answers how to call it off. */
  after(ms: number, run: () => void): () => void;
}

/** The wall's clock jumps and the steady one may stop in sleep: whichever went further is believed. */
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
