/** Returns the function that cancels it. */
export type Schedule = (run: () => void) => () => void;

/** Collects all frames received before the next animation frame: a flood is drawn once per frame, not per message. */
export class FrameBatch {
  #texts: string[] = [];
  #cancel: (() => void) | null = null;

  constructor(
    private readonly onBatch: (texts: readonly string[]) => void,
    /** Null: the page is hidden and has no next animation frame. */
    private readonly nextSchedule: () => Schedule | null,
  ) {}

  add(text: string): void {
    this.#texts.push(text);
    if (this.#cancel !== null) return;
    const schedule = this.nextSchedule();
    if (schedule === null) this.flush();
    else this.#cancel = schedule(() => this.flush());
  }

  /** Delivers what was received so far at once. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const texts = this.#texts;
    this.#texts = [];
    if (texts.length > 0) this.onBatch(texts);
  }

  stop(): void {
    this.#texts = [];
    this.#cancel?.();
    this.#cancel = null;
  }
}
