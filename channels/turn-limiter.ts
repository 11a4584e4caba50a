/**
 * Lets at most `perTurn` callers pass in one turn of the event loop; the others wait for the next turns, in order. The
 * runtime accepts new connections for as long as more arrive, all in one turn: without a limit, thousands of clients that
 * reconnect at once hold up all that are connected already.
 */
export class TurnLimiter {
  #left: number;
  #waiting: (() => void)[] = [];
  #isScheduled = false;

  constructor(private readonly perTurn: number) {
    this.#left = perTurn;
  }

  pass(): Promise<void> {
    this.#scheduleTurn();
    if (this.#left > 0) {
      this.#left--;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #scheduleTurn(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const next = this.#waiting.splice(0, this.perTurn);
      this.#left = this.perTurn - next.length;
      if (next.length > 0) this.#scheduleTurn();
      for (const resolve of next) resolve();
    });
  }
}
