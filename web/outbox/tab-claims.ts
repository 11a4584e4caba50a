import type { OutgoingMessage } from './outgoing-message.ts';
import type { TabOwnership } from './tab-locks.ts';

/** Knows which messages this page has to send: its own, and those of tabs that it has taken over. */
export class TabClaims {
  /** The names of this tab: it takes a new one whenever it is opened again. */
  readonly #ownTabs = new Set<string>();
  /** Closed tabs whose messages this page sends. */
  readonly #takenTabs = new Set<string>();
  readonly #watchedTabs = new Set<string>();
  /**
   * Messages that were read from the device. Of another tab's messages only these are sent from here: a read from the
   * device misses no older unsent message, while events from the other tab may.
   */
  readonly #readNonces = new Set<string>();
  #isHeld = false;

  constructor(private readonly ownership: TabOwnership) {}

  /** False: another tab may send the messages of this page, which takes over none. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** While this page lives, no other sends what is written in it under this tab name. */
  claim(tab: string): void {
    this.#isHeld = true;
    this.#ownTabs.add(tab);
    this.ownership.claim(tab);
  }

  release(): void {
    this.#isHeld = false;
    this.ownership.release();
    this.#takenTabs.clear();
    this.#watchedTabs.clear();
  }

  addReadMessage(nonce: string): void {
    this.#readNonces.add(nonce);
  }

  isOurs({ tab, nonce }: OutgoingMessage): boolean {
    return this.#ownTabs.has(tab) || (this.#takenTabs.has(tab) && this.#readNonces.has(nonce));
  }

  goesBefore({ nonce }: OutgoingMessage): boolean {
    return this.#readNonces.has(nonce);
  }

  async tryTakeOver(tab: string): Promise<void> {
    if (!this.#isHeld || this.#isOwnOrTaken(tab)) return;
    const isTaken = await this.ownership.tryTake(tab);
    if (isTaken && this.#isHeld) this.#takenTabs.add(tab);
  }

  /** `onGone`: the tab is gone, and this page is to take over its messages. */
  watchTab(tab: string, onGone: () => void): void {
    if (!this.#isHeld || this.#isOwnOrTaken(tab) || this.#watchedTabs.has(tab)) return;
    this.#watchedTabs.add(tab);
    this.ownership.takeWhenFree(tab, onGone);
  }

  takeOverGone(tab: string): void {
    this.#watchedTabs.delete(tab);
    this.#takenTabs.add(tab);
  }

  /** The tab has published a new message: it lives. */
  onTabAlive(tab: string): void {
    if (this.ownership.reclaimed(tab)) this.#takenTabs.delete(tab);
  }

  #isOwnOrTaken(tab: string): boolean {
    return this.#ownTabs.has(tab) || this.#takenTabs.has(tab);
  }
}
