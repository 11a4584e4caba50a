import type { Clock } from '../../client/clock.ts';

const PAUSE_MS = 2_000;
const PAUSE_CAP_MS = 60_000;

/** Repeats a failed load after a pause that doubles with every failure. Half of it is random: pages do not return together. */
export class LoadRetry {
  #failures = 0;
  #cancel: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    /** In [0, 1). */
    private readonly random: () => number,
    private readonly onDue: () => void,
  ) {}

  get isScheduled(): boolean {
    return this.#cancel !== null;
  }

  /** `minimumS`: the pause for which the server asked, in seconds. */
  schedule(minimumS: number): void {
    this.cancel();
    const longestMs = Math.min(PAUSE_CAP_MS, PAUSE_MS * 2 ** this.#failures++);
    const pauseMs = (longestMs * (1 + this.random())) / 2;
    this.#cancel = this.clock.after(Math.max(pauseMs, minimumS * 1_000), () => {
      this.#cancel = null;
      this.onDue();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** After a success: the next pause is the shortest again. */
  reset(): void {
    this.cancel();
    this.#failures = 0;
  }
}
