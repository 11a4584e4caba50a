/** So much between two pictures nobody reads. */
const FLOOD = 20;

/** A room in which more is said than anybody reads: as long as it lasts, no more is drawn than can be seen. */
export class Burst {
  #said = 0;
  #wasHigh = false;

  /** One more message, live. */
  heard(): void {
    this.#said++;
  }

  /** Since the last picture. */
  get isHigh(): boolean {
    return this.#said >= FLOOD;
  }

  /** A picture is drawn. Answers whether a flood has ended: nothing more was said. */
  drawn(): 'ended' | 'as before' {
    const hasEnded = this.#wasHigh && this.#said === 0;
    this.#wasHigh = this.isHigh || (this.#wasHigh && !hasEnded);
    this.#said = 0;
    return hasEnded ? 'ended' : 'as before';
  }
}
