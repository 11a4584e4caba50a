import type { ReconnectDelay } from './backoff.ts';

/** The pause of a client between two connections. */
export class ReconnectPause {
  #awayUntil = 0;
  #isFixed = false;
  #end: () => void = () => {};

  /** The next pause, or the rest of this time, is added to the delay: as if there were no network for so long. */
  stayAway(ms: number): void {
    this.#awayUntil = performance.now() + ms;
  }

  /** Ends the present pause, unless the server asked for it. */
  retryNow(): void {
    this.#awayUntil = 0;
    if (!this.#isFixed) this.#end();
  }

  /** Ends the present pause in any case. */
  cancel(): void {
    this.#awayUntil = 0;
    this.#end();
  }

  async wait({ ms, isFixed }: ReconnectDelay): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const awayMs = Math.max(0, this.#awayUntil - performance.now());
    const timer = setTimeout(resolve, awayMs + ms);
    this.#isFixed = isFixed;
    this.#end = resolve;
    await promise;
    clearTimeout(timer);
  }
}
