/**
 * Batches the texts for a group in one turn of the event loop, so that every member gets one frame and one write.
 *
 * - Texts go out at the end of the turn, in order: a single text as it is, several as a JSON array.
 * - A turn takes at most MAX_TURN_BYTES (or one text, if it alone is longer); the rest goes out in the next turns.
 * - After a frame that took long to deliver to all members the next one waits for a fraction of that time, and collects
 *   texts meanwhile: the larger the group, the fewer and larger the writes. In a small group the wait is not noticeable.
 * - `onFlushed` runs right after the frame with its text was delivered. Neither it nor `deliver` may throw.
 */
export class BroadcastBatch {
  readonly #deliver: (frame: string) => void;
  #queued: QueuedText[] = [];
  #cancelTurn: (() => void) | null = null;
  /** `performance.now()` before which no other frame goes out, except by `flush`. */
  #notBefore = 0;
  #isDelivering = false;
  #flushed: PromiseWithResolvers<void> | null = null;

  constructor(deliver: (frame: string) => void) {
    this.#deliver = deliver;
  }

  /** The number of queued texts. */
  get pending(): number {
    return this.#queued.length;
  }

  /** Resolves right after the next frame; null when no text is queued. */
  get nextFlush(): Promise<void> | null {
    if (this.#queued.length === 0) return null;
    this.#flushed ??= Promise.withResolvers<void>();
    return this.#flushed.promise;
  }

  /** `text`: one encoded JSON object. */
  add(text: string, onFlushed?: () => void): void {
    this.#queued.push({ text, onFlushed });
    this.#schedule();
  }

  /** Delivers all queued texts before it returns. */
  flush(): void {
    if (this.#isDelivering) return;
    this.#cancelTurn?.();
    this.#cancelTurn = null;
    while (this.#queued.length > 0) this.#deliverOnce();
  }

  #schedule(): void {
    this.#cancelTurn ??= atEndOfTurn(this.#notBefore - performance.now(), () => {
      this.#cancelTurn = null;
      if (this.#queued.length > 0) this.#deliverOnce();
      if (this.#queued.length > 0) this.#schedule();
    });
  }

  #deliverOnce(): void {
    const texts = this.#takeFrame();
    const flushed = this.#flushed;
    this.#flushed = null;
    const startedAt = performance.now();
    this.#isDelivering = true;
    try {
      this.#deliver(encodeFrame(texts));
      for (const { onFlushed } of texts) onFlushed?.();
    } finally {
      this.#isDelivering = false;
      flushed?.resolve();
      const endedAt = performance.now();
      this.#notBefore = endedAt + (endedAt - startedAt) * REST;
    }
  }

  #takeFrame(): QueuedText[] {
    let count = 0;
    let bytes = 0;
    for (const { text } of this.#queued) {
      bytes += text.length + 1;
      if (count > 0 && bytes > MAX_TURN_BYTES) break;
      count += 1;
    }
    if (count < this.#queued.length) return this.#queued.splice(0, count);
    const all = this.#queued;
    this.#queued = [];
    return all;
  }
}

/** How long a frame waits after the one before, as a fraction of the time that one took. */
const REST = 0.25;

/** Returns a function that cancels it. Timers count whole milliseconds: a shorter wait needs none. */
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
  readonly onFlushed: (() => void) | undefined;
}

function encodeFrame(texts: readonly QueuedText[]): string {
  const [first] = texts;
  if (first !== undefined && texts.length === 1) return first.text;
  return `[${texts.map(({ text }) => text).join(',')}]`;
}
