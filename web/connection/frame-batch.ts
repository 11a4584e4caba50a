/** Answers how to call it off. */
export type Later = (run: () => void) => () => void;

/** Whatever is heard before the next picture is drawn is taken together: a flood costs no more than its pictures. */
export class FrameBatch {
  #texts: string[] = [];
  #callOff: (() => void) | null = null;

  constructor(
    private readonly take: (texts: readonly string[]) => void,
    /** Null: nobody looks, there is no next picture. */
    private readonly nextPicture: () => Later | null,
  ) {}

  add(text: string): void {
    this.#texts.push(text);
    if (this.#callOff !== null) return;
    const later = this.nextPicture();
    if (later === null) this.flush();
    else this.#callOff = later(() => this.flush());
  }

  /** What was heard so far, now. */
  flush(): void {
    this.#callOff?.();
    this.#callOff = null;
    const texts = this.#texts;
    this.#texts = [];
    if (texts.length > 0) this.take(texts);
  }

  stop(): void {
    this.#texts = [];
    this.#callOff?.();
    this.#callOff = null;
  }
}
