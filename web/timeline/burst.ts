/** More messages than a user can read between two draws. */
const BURST_MESSAGES = 20;

/** Detects a burst: more messages than a user can read. While it lasts, only the visible rows are drawn. */
export class Burst {
  #sinceDrawn = 0;
  #wasHigh = false;

  /** One more live message. */
  onMessage(): void {
    this.#sinceDrawn++;
  }

  /** A burst since the last draw. */
  get isHigh(): boolean {
    return this.#sinceDrawn >= BURST_MESSAGES;
  }

  /** The list is drawn. A burst has ended when no message came since the last draw. */
  onDrawn(): 'ended' | 'as before' {
    const hasEnded = this.#wasHigh && this.#sinceDrawn === 0;
    this.#wasHigh = this.isHigh || (this.#wasHigh && !hasEnded);
    this.#sinceDrawn = 0;
    return hasEnded ? 'ended' : 'as before';
  }
}
