const REFUSALS = 50;
const WITHIN_MS = 10_000;

/** Who goes on after so many refusals is not a person who mistyped. */
export class RefusalLimit {
  readonly #times: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts one refusal; true when they are too many. */
  refused(): boolean {
    const now = this.now();
    this.#times.push(now);
    if (this.#times.length < REFUSALS) return false;
    const oldest = this.#times.shift() ?? 0;
    return now - oldest < WITHIN_MS;
  }
}
