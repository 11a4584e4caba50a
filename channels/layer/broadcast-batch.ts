/**
 * Collects what a group has to say in one turn of the event loop, so that every member gets one frame and one write.
 *
 * - What was said goes out at the end of the turn, in order: a text alone as it is, several as a JSON array of them.
 * - A turn takes at most MAX_TURN_BYTES (or one text, if it alone is longer); the rest goes with the next turns.
 * - After a frame that took long to write to all members the next one waits for a part of that time, and gathers what
 *   comes meanwhile: the fuller the group, the fewer and larger the writes. In a small group nobody can notice.
 * - `flushed` runs right after the frame that held its text was delivered. Neither it nor `deliver` may throw.
 */
export class BroadcastBatch {
  readonly #deliver: (frame: string) => void;
  #said: QueuedText[] = [];
  #cancelTurn: (() => void) | null = null;
  /** `performance.now()` before which no other frame goes out by itself. */
  #restUntil = 0;
  #delivering = false;
  #next: PromiseWithResolvers<void> | null = null;

  constructor(deliver: (frame: string) => void) {
    this.#deliver = deliver;
  }

  /** Texts that wait for their frame. */
  get pending(): number {
    return this.#said.length;
  }

  /** Resolves right after the next frame; null when nothing waits for one. */
  get next(): Promise<void> | null {
    if (this.#said.length === 0) return null;
    this.#next ??= Promise.withResolvers<void>();
    return this.#next.promise;
  }

  /** `text`: one encoded JSON object. */
  add(text: string, flushed?: () => void): void {
    this.#said.push({ text, flushed });
    this.#schedule();
  }

  /** Delivers all that waits before it returns. */
  flush(): void {
    if (this.#delivering) return;
    this.#cancelTurn?.();
    this.#cancelTurn = null;
    while (this.#said.length > 0) this.#deliverOnce();
  }

  #schedule(): void {
    this.#cancelTurn ??= atEndOfTurn(this.#restUntil - performance.now(), () => {
      this.#cancelTurn = null;
      if (this.#said.length > 0) this.#deliverOnce();
      if (this.#said.length > 0) this.#schedule();
    });
  }

  #deliverOnce(): void {
    const frame = this.#take();
    const next = this.#next;
    this.#next = null;
    const begun = performance.now();
    this.#delivering = true;
    try {
      this.#deliver(encoded(frame));
      for (const said of frame) said.flushed?.();
    } finally {
      this.#delivering = false;
      next?.resolve();
      const ended = performance.now();
      this.#restUntil = ended + (ended - begun) * REST;
    }
  }

  #take(): QueuedText[] {
    let count = 0;
    let bytes = 0;
    for (const { text } of this.#said) {
      bytes += text.length + 1;
      if (count > 0 && bytes > MAX_TURN_BYTES) break;
      count += 1;
    }
    if (count < this.#said.length) return this.#said.splice(0, count);
    const all = this.#said;
    this.#said = [];
    return all;
  }
}

/** How long a frame rests after the one before, as a part of the time that one took. */
const REST = 0.25;

/** Answers what cancels it. Timers count in whole milliseconds: what is less is not worth one. */
function atEndOfTurn(waitMs: number, run: () => void): () => void {
  if (waitMs >= 1) {
    const timer = setTimeout(run, waitMs);
    return () => clearTimeout(timer);
  }
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}

/** Counted in UTF-16 units, which is exact for ASCII and at most three times too low: good enough, and it costs nothing. */
export const MAX_TURN_BYTES = 128 * 1024;

interface QueuedText {
  readonly text: string;
  readonly flushed: (() => void) | undefined;
}

function encoded(frame: readonly QueuedText[]): string {
  const [first] = frame;
  if (first !== undefined && frame.length === 1) return first.text;
  return `[${frame.map((said) => said.text).join(',')}]`;
}
