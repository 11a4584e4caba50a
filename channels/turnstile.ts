/**
 * So many pass in one turn of the event loop, the others in the next ones, in the order in which they came. The runtime
 * takes new connections for as long as more of them come, and answers them in the same turn: without this, thousands who
 * come back at once hold up all who are in already.
 */
export class Turnstile {
  readonly #waiting: Array<() => void> = [];
  #passed = 0;
  #isTurning = false;

  constructor(private readonly most: number) {}

  /** Null: at once. */
  pass(): Promise<void> | null {
    this.#turnLater();
    if (this.#passed < this.most && this.#waiting.length === 0) {
      this.#passed++;
      return null;
    }
    return new Promise((passes) => this.#waiting.push(passes));
  }

  #turnLater(): void {
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isTurning = false;
    const next = this.#waiting.splice(0, this.most);
    this.#passed = next.length;
    if (next.length > 0) this.#turnLater();
    for (const passes of next) passes();
  }
}
