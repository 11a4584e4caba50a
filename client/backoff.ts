/** When a client that lost its connection comes back: full jitter, and never before the server asked it to. */
import { CLOSE } from '../protocol/refusals.ts';
import type { ClosedSocket } from './bun-socket.ts';

export interface BackoffTimes {
  readonly baseMs: number;
  readonly capMs: number;
}

/** As the page has it. */
export const BACKOFF: BackoffTimes = { baseMs: 500, capMs: 5_000 };

export class Backoff {
  #tries = 0;
  #awayUntil = 0;
  #hurry: () => void = () => {};

  constructor(
    private readonly random: () => number,
    private readonly times: BackoffTimes = BACKOFF,
  ) {}

  /** It came so far; the next return begins anew. */
  steady(): void {
    this.#tries = 0;
  }

  notBefore(ms: number): void {
    this.#awayUntil = performance.now() + ms;
  }

  /** Whoever waits waits no longer. */
  now(): void {
    this.#awayUntil = 0;
    this.#hurry();
  }

  async wait(ended: ClosedSocket): Promise<void> {
    const spread = Math.min(this.times.capMs, this.times.baseMs * 2 ** this.#tries);
    this.#tries += 1;
    const ownMs = Math.max(0, this.#awayUntil - performance.now());
    await this.#sleep(ownMs + this.#told(ended, spread) + this.random() * spread);
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#hurry = resolve;
    await promise;
    clearTimeout(timer);
  }

  #told({ code, reason }: ClosedSocket, spread: number): number {
    if (code === CLOSE.flood) return spread;
    return code === CLOSE.restart ? Number(/retry_after=(\d+)/.exec(reason)?.[1] ?? 0) : 0;
  }
}
