import type { TabOwnership } from '../outbox/tab-locks.ts';

/** The locks of one browser. */
export class TestLocks {
  readonly #holders = new Map<string, object>();
  readonly #dead = new WeakSet<object>();
  readonly #queue: { readonly tab: string; readonly page: object; readonly onTaken: () => void }[] = [];

  ownershipOf(page: object): TabOwnership {
    return {
      claim: (tab) => void this.#holders.set(tab, page),
      tryTake: async (tab) => this.#take(tab, page),
      takeWhenFree: (tab, onTaken) => {
        this.#queue.push({ tab, page, onTaken });
        this.#grant();
      },
      reclaimed: () => false,
      release: () => this.#release(page),
    };
  }

  /** However the page ended: it holds nothing any more and never will again. */
  onDeath(page: object): void {
    this.#dead.add(page);
    this.#release(page);
  }

  #release(page: object): void {
    for (const [tab, holder] of this.#holders) if (holder === page) this.#holders.delete(tab);
    for (let at = this.#queue.length - 1; at >= 0; at--) if (this.#queue[at]?.page === page) this.#queue.splice(at, 1);
    this.#grant();
  }

  #take(tab: string, page: object): boolean {
    if (this.#holders.has(tab) || this.#dead.has(page)) return false;
    this.#holders.set(tab, page);
    return true;
  }

  #grant(): void {
    for (const waiting of [...this.#queue]) {
      if (!this.#take(waiting.tab, waiting.page)) continue;
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      waiting.onTaken();
    }
  }
}
