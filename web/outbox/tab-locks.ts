/** Which tabs of a person live: what one that is gone has left to send is for one that lives, and for one only. */
export interface TabOwnership {
  /** As long as this page lives, nobody takes over what is written in it under this name. */
  claim(tab: string): void;
  /** True: that tab is gone, and what it left is ours from now on. */
  tryTake(tab: string): Promise<boolean>;
  /** The same, as soon as it is gone, unless another one is before us. */
  takeWhenFree(tab: string, won: () => void): void;
  /** It has something new to send. True: it was taken for gone, and is not ours any more. */
  reclaimed(tab: string): boolean;
  /** The page goes, and with it all that it held. */
  release(): void;
}

/** Of a browser's locks, what is needed of them here. */
export interface Locks {
  request(name: string, how: LockOptions, held: (lock: Lock | null) => Promise<void>): Promise<unknown>;
}

/** By locks that a browser takes from a tab that closes, crashes or is killed. */
export class TabLocks implements TabOwnership {
  #pageLife = Promise.withResolvers<void>();
  #waiting = new AbortController();

  constructor(
    private readonly person: string,
    private readonly locks: Locks,
  ) {}

  claim(tab: string): void {
    this.#request(tab, {}, () => {});
  }

  tryTake(tab: string): Promise<boolean> {
    return new Promise((taken) => this.#request(tab, { ifAvailable: true }, taken, () => taken(false)));
  }

  takeWhenFree(tab: string, won: () => void): void {
    this.#request(tab, { signal: this.#waiting.signal }, (isHeld) => isHeld && won());
  }

  /** Whoever has the lock knows better than news that were on their way. */
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
   * Held as long as the page lives that asked; what is granted to one that has gone meanwhile is given back. Where a
   * browser refuses, every tab sends what is its own, and what was left waits for a page that is let.
   */
  #request(tab: string, how: LockOptions, answered: (isHeld: boolean) => unknown, refused = () => {}): void {
    const life = this.#pageLife;
    const held = async (lock: Lock | null): Promise<void> => {
      const isHeld = lock !== null && life === this.#pageLife;
      answered(isHeld);
      if (isHeld) await life.promise;
    };
    this.locks.request(`salon outbox ${this.person} ${tab}`, how, held).catch(refused);
  }
}
