/** Answers how to call it off. */
export type Schedule = (run: () => void) => () => void;

/** Whatever is heard before the next picture is drawn is taken together: a flood costs no more than its pictures. */
export class FrameBatch {
  #texts: string[] = [];
  #cancel: (() => void) | null = null;

  constructor(
    private readonly onBatch: (texts: readonly string[]) => void,
    /** Null: nobody looks, there is no next picture. */
    private readonly nextSchedule: () => Schedule | null,
  ) {}

  add(text: string): void {
    this.#texts.push(text);
    if (this.#cancel !== null) return;
    const later = this.nextSchedule();
    if (later === null) this.flush();
    else this.#cancel = later(() => this.flush());
  }

  /** What was heard so far, now. */
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
