/** Knows which of a user's tabs live: the unsent messages of a closed tab go to exactly one that lives. */
export interface TabOwnership {
  /** While this page lives, no other takes over the messages written in it under this tab name. */
  claim(tab: string): void;
  /** True: that tab is gone, and its messages are ours from now on. */
  tryTake(tab: string): Promise<boolean>;
  /** The same as soon as that tab is gone, unless another page takes it first. */
  takeWhenFree(tab: string, onTaken: () => void): void;
  /** The tab has published a new message. True: this page had taken it over by mistake and gives it back. */
  reclaimed(tab: string): boolean;
  /** The page closes and gives up all that it holds. */
  release(): void;
}

/** The part of `LockManager` that is used here. */
export interface Locks {
  request(name: string, options: LockOptions, held: (lock: Lock | null) => Promise<void>): Promise<unknown>;
}

/** Uses the browser's locks, which it releases when a tab closes, crashes or is killed. */
export class TabLocks implements TabOwnership {
  #pageLife = Promise.withResolvers<void>();
  #waiting = new AbortController();

  constructor(
    private readonly user: string,
    private readonly locks: Locks,
  ) {}

  claim(tab: string): void {
    this.#request(tab, {}, () => {});
  }

  tryTake(tab: string): Promise<boolean> {
    return new Promise((taken) => this.#request(tab, { ifAvailable: true }, taken, () => taken(false)));
  }

  takeWhenFree(tab: string, onTaken: () => void): void {
    this.#request(tab, { signal: this.#waiting.signal }, (isHeld) => isHeld && onTaken());
  }

  /** A held lock is more reliable than an event that was on its way. */
  reclaimed(): boolean {
    return false;
  }

  release(): void {
    this.#waiting.abort();
    this.#waiting = new AbortController();
    this.#pageLife.resolve();
    this.#pageLife = Promise.withResolvers();
  }

  /**
   * Holds the lock while the requesting page lives; a lock granted after `release` is given back. If the browser
   * refuses locks, each tab sends its own messages, and those of closed tabs wait for a page that may use locks.
   */
  #request(tab: string, options: LockOptions, onAnswer: (isHeld: boolean) => unknown, onRefused = () => {}): void {
    const pageLife = this.#pageLife;
    const held = async (lock: Lock | null): Promise<void> => {
      const isHeld = lock !== null && pageLife === this.#pageLife;
      onAnswer(isHeld);
      if (isHeld) await pageLife.promise;
    };
    this.locks.request(`salon outbox ${this.user} ${tab}`, options, held).catch(onRefused);
  }
}
