/**
 * Lets so many through in one turn of the event loop; the others wait for the next turns, in order. The runtime takes new
 * connections for as long as more of them come, all in one turn: without this, thousands who come back at once hold up
 * everybody who is in already.
 */
export class TurnLimiter {
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
      if (next.length > 0) this.#turn();
      for (const resolve of next) resolve();
    });
  }
}
