import type { Clock } from '../../client/clock.ts';
import type { NonceSequence } from '../../client/nonce.ts';
import type { TabChannel } from '../browser/tab-channel.ts';
import type { DeviceStore, StorageKind } from '../storage/device-store.ts';
import { Outbox, type OutboxView, type Sender } from './outbox.ts';
import type { OutboxEvent } from './outbox-events.ts';
import { OutboxStorage, refusalOfStored, type StoredOutgoingMessage } from './outbox-storage.ts';
import type { DeliveryStatus, OutboxLog, OutgoingMessage } from './outgoing-message.ts';
import type { TabOwnership } from './tab-locks.ts';

export interface OutboxesParts {
  readonly clock: Clock;
  readonly store: DeviceStore;
  /** `waits`: has a tab anything left to send, as far as this page knows? */
  readonly ownership: (waits: (tab: string) => boolean) => TabOwnership;
  readonly nonces: Pick<NonceSequence, 'next' | 'follow'>;
  /** Out of a room that this page does not show. */
  readonly senderFor: (room: string, outbox: Outbox) => Sender;
  /** The person's other tabs. */
  readonly tabs: Pick<TabChannel<OutboxEvent>, 'open' | 'publish' | 'close'>;
  /** Around all that changes what is shown and was not done here. */
  readonly change: (doing: () => void) => void;
}

/** A device that does not answer is like one that takes nothing: what was written goes out all the same. */
const STORE_TIMEOUT_MS = 5_000;

const NO_VIEW: OutboxView = { onWaiting() {}, onDelayed() {}, onSent() {}, onRefused() {}, onDiscarded() {} };

/**
 * All that one person has written and is not sent yet: of this page, of their other tabs, and of pages that are gone.
 * One outbox a room. Each message is sent by the tab it was written in, and when that is gone by one that lives.
 */
export class Outboxes {
  readonly #byRoom = new Map<string, Outbox>();
  readonly #storage: OutboxStorage;
  readonly #ownership: TabOwnership;
  /** Names of this tab: a new one whenever it comes back. */
  readonly #ownTabs = new Set<string>();
  /** Tabs that are gone, and whose messages are for this page to send. */
  readonly #takenTabs = new Set<string>();
  /**
   * Messages that were read from the device. Of another tab's, only these are ever sent from here: in what one reads
   * there, nothing older is missing that is not sent; in what one hears, it may be.
   */
  readonly #readNonces = new Set<string>();
  readonly #watchedTabs = new Set<string>();
  /** What would be lost with this page. */
  readonly #unsafe = new Set<string>();
  /** Null: the page is gone, or in a browser's memory. */
  #tab: string | null = null;
  #shownRoom: string | null = null;
  /** What an earlier page left goes first. */
  #loaded: Promise<void> = Promise.resolve();

  constructor(private readonly parts: OutboxesParts) {
    this.#storage = new OutboxStorage(parts.store);
    this.#ownership = parts.ownership((tab) => this.#all.some((outbox) => outbox.hasWaitingFrom(tab)));
  }

  /** The page is here, or here again: out of a browser's memory, in which it heard nothing. */
  open(): void {
    const tab = this.parts.nonces.next();
    this.#tab = tab;
    this.#ownTabs.add(tab);
    this.parts.tabs.open();
    this.#ownership.claim(tab);
    this.#loaded = this.#loadStored();
  }

  /** The page goes; what it has not sent is for others to send. */
  close(): void {
    this.#tab = null;
    this.#ownership.release();
    this.parts.tabs.close();
    this.#takenTabs.clear();
    this.#watchedTabs.clear();
  }

  /** How many messages wait, in all tabs. */
  get waitingCount(): number {
    return this.#all.reduce((sum, outbox) => sum + outbox.waitingCount, 0);
  }

  /** Would nothing be lost with this page? */
  get isSafeToClose(): boolean {
    return this.#unsafe.size === 0;
  }

  /** Has this page nothing to send, and nothing to lose? */
  get isIdle(): boolean {
    return this.isSafeToClose && this.#all.every((outbox) => outbox.ownCount === 0);
  }

  outboxOf(room: string): Outbox {
    const known = this.#byRoom.get(room);
    if (known !== undefined) return known;
    const outbox = new Outbox(this.parts.clock, this.#logOf(room), NO_VIEW);
    this.#byRoom.set(room, outbox);
    outbox.attachSender(this.parts.senderFor(room, outbox));
    return outbox;
  }

  /** Whoever shows a room gives its outbox a road; the one that was shown before goes by its own again. */
  setShownRoom(room: string | null): void {
    const left = this.#shownRoom;
    this.#shownRoom = room;
    if (left === null) return;
    const outbox = this.outboxOf(left);
    outbox.attachView(NO_VIEW);
    outbox.attachSender(this.parts.senderFor(left, outbox));
  }

  /** From another tab. */
  onEvent({ room, status }: OutboxEvent): void {
    if (this.#tab === null) return;
    const { nonce, tab } = status.message;
    if (status.is !== 'waiting') this.#unsafe.delete(nonce);
    if (status.is === 'waiting' && this.#ownership.reclaimed(tab)) this.#takenTabs.delete(tab);
    this.parts.change(() => this.outboxOf(room).applyStatus(status));
    this.outboxOf(room).sendNext();
    this.#watchTab(tab);
  }

  get #all(): Outbox[] {
    return [...this.#byRoom.values()];
  }

  async #loadStored(): Promise<void> {
    const before = await this.#storage.readMessages();
    const tabs = new Set(before.map(({ tab }) => tab));
    await Promise.all([...tabs].map((tab) => this.#tryTakeOver(tab)));
    // Read anew: what lived until now may have sent some of it, and written more.
    const messages = await this.#storage.readMessages();
    if (this.#tab === null) return;
    const nonces = new Set(messages.map(({ nonce }) => nonce));
    this.parts.change(() => {
      for (const outbox of this.#all) outbox.retainOthers(nonces);
      this.#applyStored(messages);
    });
  }

  async #tryTakeOver(tab: string): Promise<void> {
    const isTaken = !this.#isOurs(tab) && (await this.#ownership.tryTake(tab));
    if (isTaken && this.#tab !== null) this.#takenTabs.add(tab);
  }

  #applyStored(messages: readonly StoredOutgoingMessage[]): void {
    for (const { nonce } of messages) {
      this.#readNonces.add(nonce);
      this.parts.nonces.follow(nonce);
    }
    for (const message of messages) {
      const outbox = this.outboxOf(message.room);
      outbox.applyStatus(statusOfStored(message));
      this.#watchTab(message.tab);
      // Whoever knew that it is sent was gone before that was written down.
      if (outbox.isSettled(message.nonce)) void this.#storage.deleteMessage(message.nonce);
    }
    for (const outbox of this.#all) outbox.sendNext();
  }

  #watchTab(tab: string): void {
    if (this.#isOurs(tab) || this.#watchedTabs.has(tab)) return;
    this.#watchedTabs.add(tab);
    this.#ownership.takeWhenFree(tab, () => void this.#onTabGone(tab));
  }

  #isOurs(tab: string): boolean {
    return this.#ownTabs.has(tab) || this.#takenTabs.has(tab);
  }

  async #onTabGone(tab: string): Promise<void> {
    const messages = await this.#storage.readMessages();
    if (this.#tab === null) return;
    this.#watchedTabs.delete(tab);
    this.#takenTabs.add(tab);
    this.parts.change(() => this.#applyStored(messages));
  }

  #logOf(room: string): OutboxLog {
    return {
      createMessage: (text) => ({ nonce: this.parts.nonces.next(), text, tab: this.#tab ?? '' }),
      isOurs: ({ tab, nonce }) => this.#ownTabs.has(tab) || (this.#takenTabs.has(tab) && this.#readNonces.has(nonce)),
      goesBefore: ({ nonce }) => this.#readNonces.has(nonce),
      recordWaiting: (message, safe) => this.#whenStored([this.#storeWaiting(room, message), this.#loaded], safe),
      recordSent: (message, seq) => this.#recordSettled(room, { is: 'sent', message, seq }),
      recordDiscarded: (message) => this.#recordSettled(room, { is: 'discarded', message }),
      recordRefused: (message, refusal) => {
        const refused = { code: refusal.code, message: refusal.message };
        void this.#awaitStored(message.nonce, this.#storage.putMessage({ ...message, room, refused }));
        this.#publish(room, { is: 'refused', message, refusal });
      },
    };
  }

  #recordSettled(room: string, status: DeliveryStatus): void {
    const { nonce } = status.message;
    this.#unsafe.delete(nonce);
    void this.#storage.deleteMessage(nonce);
    this.#publish(room, status);
  }

  #publish(room: string, status: DeliveryStatus): void {
    this.parts.tabs.publish({ room, status });
  }

  async #storeWaiting(room: string, message: OutgoingMessage): Promise<void> {
    const where = await this.#awaitStored(message.nonce, this.#storage.putMessage({ ...message, room }));
    // What is in this page alone, no other could ever send.
    if (where === 'on the device') this.#publish(room, { is: 'waiting', message });
  }

  async #awaitStored(nonce: string, put: Promise<StorageKind>): Promise<StorageKind> {
    this.#unsafe.add(nonce);
    const where = await put;
    if (where === 'on the device') this.#unsafe.delete(nonce);
    return where;
  }

  #whenStored(all: readonly Promise<void>[], run: () => void): void {
    const late = new Promise<void>((passed) => this.parts.clock.after(STORE_TIMEOUT_MS, passed));
    void Promise.race([Promise.all(all), late]).then(run);
  }
}

function statusOfStored(message: StoredOutgoingMessage): DeliveryStatus {
  const { nonce, text, tab, refused } = message;
  const known: OutgoingMessage = { nonce, text, tab };
  return refused === undefined
    ? { is: 'waiting', message: known }
    : { is: 'refused', message: known, refusal: refusalOfStored(refused) };
}
