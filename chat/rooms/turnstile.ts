/** Lets so many through in one turn of the event loop; the others wait for the next, in order. */
export class Turnstile {
  #left: number;
  #waiting: (() => void)[] = [];
  #turning = false;

  constructor(private readonly perTurn: number) {
    this.#left = perTurn;
  }

  pass(): Promise<void> {
    this.#turn();
    if (this.#left > 0) {
      this.#left--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      const next = this.#waiting.splice(0, this.perTurn);
      this.#left = this.perTurn - next.length;
      for (const resolve of next) resolve();
      if (this.#waiting.length > 0) this.#turn();
    });
  }
}
