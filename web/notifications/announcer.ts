import type { Clock } from '../../client/clock.ts';
import type { MessageState } from '../../protocol/frames.ts';

export interface LiveRegion {
  /** Spoken by whatever reads the page aloud, when it has come to the end of its sentence. */
  speak(text: string): void;
  /** What was spoken is over. */
  clear(): void;
}

export interface Sentences {
  one(user: string, text: string): string;
  many(count: number): string;
}

/** More at once are counted, not read. */
const READ_MOST = 3;
const REST_MS = 1_000;
const OVER_MS = 10_000;

/** Reads new messages aloud, author first: at once, then at most once a second. */
export class Announcer {
  /** No more than can be read; how many there are is told by the count. */
  readonly #waiting: MessageState[] = [];
  #count = 0;
  #resting = false;
  #callOff: () => void = () => {};
  #hush: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly voice: LiveRegion,
    private readonly sentences: Sentences,
  ) {}

  heard(messages: readonly MessageState[]): void {
    this.#count += messages.length;
    this.#waiting.push(...messages.slice(0, READ_MOST - this.#waiting.length));
    if (!this.#resting) this.#speak();
  }

  stop(): void {
    this.#callOff();
    this.#hush();
    this.#forget();
    this.voice.clear();
  }

  #speak(): void {
    if (this.#count === 0) return;
    this.voice.speak(this.#sentence());
    this.#forget();
    this.#hush();
    this.#hush = this.clock.after(OVER_MS, () => this.voice.clear());
    this.#resting = true;
    this.#callOff = this.clock.after(REST_MS, () => {
      this.#resting = false;
      this.#speak();
    });
  }

  #sentence(): string {
    if (this.#count > READ_MOST) return this.sentences.many(this.#count);
    return this.#waiting.map(({ user, message }) => this.sentences.one(user, message)).join(' ');
  }

  #forget(): void {
    this.#waiting.length = 0;
    this.#count = 0;
  }
}
