import type { Clock } from '../../client/clock.ts';
import type { MessageState } from '../../protocol/frames.ts';

export interface LiveRegion {
  /** Screen readers speak it after their present sentence. */
  speak(text: string): void;
  /** Removes what was spoken. */
  clear(): void;
}

export interface Sentences {
  one(user: string, text: string): string;
  many(count: number): string;
}

/** More at once are counted, not read. */
const READ_MOST = 3;
const PAUSE_MS = 1_000;
const CLEAR_AFTER_MS = 10_000;

/** Reads new messages aloud, author first: at once, then at most once a second. */
export class Announcer {
  /** The first few messages; `#count` counts all. */
  readonly #waiting: MessageState[] = [];
  #count = 0;
  #isPaused = false;
  #cancelPause: () => void = () => {};
  #cancelClear: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly region: LiveRegion,
    private readonly sentences: Sentences,
  ) {}

  announce(messages: readonly MessageState[]): void {
    this.#count += messages.length;
    this.#waiting.push(...messages.slice(0, READ_MOST - this.#waiting.length));
    if (!this.#isPaused) this.#speak();
  }

  stop(): void {
    this.#cancelPause();
    this.#cancelClear();
    this.#clearWaiting();
    this.region.clear();
  }

  #speak(): void {
    if (this.#count === 0) return;
    this.region.speak(this.#sentence());
    this.#clearWaiting();
    this.#cancelClear();
    this.#cancelClear = this.clock.after(CLEAR_AFTER_MS, () => this.region.clear());
    this.#isPaused = true;
    this.#cancelPause = this.clock.after(PAUSE_MS, () => {
      this.#isPaused = false;
      this.#speak();
    });
  }

  #sentence(): string {
    if (this.#count > READ_MOST) return this.sentences.many(this.#count);
    return this.#waiting.map(({ user, message }) => this.sentences.one(user, message)).join(' ');
  }

  #clearWaiting(): void {
    this.#waiting.length = 0;
    this.#count = 0;
  }
}
