import type { Clock } from '../../client/clock.ts';

const SEND_EVERY_MS = 1_000;

/** Sends the user's read position: at once, then at most once a second. */
export class ReadMarker {
  #wanted = 0;
  #sent = 0;
  #isPaused = false;
  #cancel: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    /** False: it could not be sent now. */
    private readonly send: (seq: number) => boolean,
  ) {}

  moveTo(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
    if (!this.#isPaused) this.#sendNow();
  }

  /** Another history: the numbers count anew. */
  reset(): void {
    this.#wanted = 0;
    this.#sent = 0;
  }

  /** A position sent into a connection that broke may never have arrived. */
  resend(): void {
    this.#sent = 0;
    if (!this.#isPaused) this.#sendNow();
  }

  /** Sends a waiting position at once. */
  flush(): void {
    this.#cancel();
    this.#isPaused = false;
    this.#sendNow();
  }

  stop(): void {
    this.flush();
    this.#cancel();
  }

  #sendNow(): void {
    if (this.#wanted <= this.#sent || !this.send(this.#wanted)) return;
    this.#sent = this.#wanted;
    this.#isPaused = true;
    this.#cancel = this.clock.after(SEND_EVERY_MS, () => {
      this.#isPaused = false;
      this.#sendNow();
    });
  }
}
