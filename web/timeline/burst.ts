/** So much between two pictures nobody reads. */
const BURST_MESSAGES = 20;

/** A room in which more is said than anybody reads: as long as it lasts, no more is drawn than can be seen. */
export class Burst {
  #sinceDrawn = 0;
  #wasHigh = false;

  /** One more message, live. */
  onMessage(): void {
    this.#sinceDrawn++;
  }

  /** Since the last picture. */
  get isHigh(): boolean {
    return this.#sinceDrawn >= BURST_MESSAGES;
  }

  /** A picture is drawn. Answers whether a flood has ended: nothing more was said. */
  onDrawn(): 'ended' | 'as before' {
    const hasEnded = this.#wasHigh && this.#sinceDrawn === 0;
    this.#wasHigh = this.isHigh || (this.#wasHigh && !hasEnded);
    this.#sinceDrawn = 0;
    return hasEnded ? 'ended' : 'as before';
  }
}
