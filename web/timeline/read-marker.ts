import type { Clock } from '../../client/clock.ts';

const TELL_EVERY_MS = 1_000;

/** Tells how far somebody has read: at once, then at most once a second. */
export class ReadMarker {
  #wanted = 0;
  #told = 0;
  #resting = false;
  #callOff: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    /** False: it could not be told now. */
    private readonly tell: (seq: number) => boolean,
  ) {}

  moveTo(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
    if (!this.#resting) this.#tellNow();
  }

  /** The numbers count anew. */
  reset(): void {
    this.#wanted = 0;
    this.#told = 0;
  }

  /** What was told into a line that broke may never have arrived. */
  again(): void {
    this.#told = 0;
    if (!this.#resting) this.#tellNow();
  }

  /** What waits for its second is told now. */
  flush(): void {
    this.#callOff();
    this.#resting = false;
    this.#tellNow();
  }

  stop(): void {
    this.flush();
    this.#callOff();
  }

  #tellNow(): void {
    if (this.#wanted <= this.#told || !this.tell(this.#wanted)) return;
    this.#told = this.#wanted;
    this.#resting = true;
    this.#callOff = this.clock.after(TELL_EVERY_MS, () => {
      this.#resting = false;
      this.#tellNow();
    });
  }
}
