import type { Clock } from '../../client/clock.ts';
import type { NonceSequence } from '../../client/nonce.ts';
import type { TabChannel } from '../browser/tab-channel.ts';
import type { DeviceStore, StorageKind } from '../storage/device-store.ts';
import { Outbox, type OutboxView, type Sender } from './outbox.ts';
import { type OutboxEvent, PAGE_OPENED, type TabEvent } from './outbox-events.ts';
import { OutboxStorage, refusalOfStored, type StoredOutgoingMessage } from './outbox-storage.ts';
import type { DeliveryStatus, OutboxLog, OutgoingMessage } from './outgoing-message.ts';
import { TabClaims } from './tab-claims.ts';
import type { TabOwnership } from './tab-locks.ts';

export interface OutboxesParts {
  readonly clock: Clock;
  readonly store: DeviceStore;
  /** `hasWaiting`: has the tab anything left to send, as far as this page knows? */
  readonly ownership: (hasWaiting: (tab: string) => boolean) => TabOwnership;
  readonly nonces: Pick<NonceSequence, 'next' | 'follow'>;
  /** For a room that this page does not show. */
  readonly senderFor: (room: string, outbox: Outbox) => Sender;
  /** To the user's other tabs. */
  readonly tabs: Pick<TabChannel<TabEvent>, 'open' | 'publish' | 'close'>;
  /** Another page of this user was opened: a page that was logged out may be logged in again. */
  readonly onPageOpened: () => void;
  /** Runs every change of the shown messages that does not come from this page's own user. */
  readonly change: (apply: () => void) => void;
}

/** A device that does not answer is treated as one that stores nothing: the message is sent all the same. */
const STORE_TIMEOUT_MS = 5_000;

const NO_VIEW: OutboxView = { onWaiting() {}, onDelayed() {}, onSent() {}, onRefused() {}, onDiscarded() {} };

/**
 * All unsent messages of one user: of this page, of their other tabs, and of closed pages. One outbox per room. Each
 * message is sent by the tab it was written in, or, when that is gone, by one that lives.
 */
export class Outboxes {
  readonly #byRoom = new Map<string, Outbox>();
  readonly #storage: OutboxStorage;
  readonly #claims: TabClaims;
  /** Nonces of messages that would be lost with this page. */
  readonly #unsafe = new Set<string>();
  /** Null: the page is closed, or in the browser's back/forward cache. */
  #tab: string | null = null;
  #shownRoom: string | null = null;
  /** Messages of earlier pages are sent first. */
  #loaded: Promise<void> = Promise.resolve();

  constructor(private readonly parts: OutboxesParts) {
    this.#storage = new OutboxStorage(parts.store);
    this.#claims = new TabClaims(parts.ownership((tab) => this.#all.some((outbox) => outbox.hasWaitingFrom(tab))));
  }

  /** The page is loaded, or restored from the back/forward cache, where it received no events. */
  open(): void {
    const tab = this.parts.nonces.next();
    this.#tab = tab;
    this.parts.tabs.open();
    this.parts.tabs.publish(PAGE_OPENED);
    this.#claims.claim(tab);
    this.#loaded = this.#loadStored();
  }

  /** The page closes; other tabs send what it has not sent. */
  close(): void {
    this.#tab = null;
    this.#claims.release();
    this.parts.tabs.close();
  }

  /**
   * The user is logged out here, and may be logged in again in another tab, which then sends all messages. This page
   * goes on showing what becomes of them.
   */
  pause(): void {
    this.#claims.release();
  }

  /** The user is logged in. */
  resume(): void {
    if (this.#tab !== null && !this.#claims.isHeld) this.open();
  }

  /** Waiting messages of all tabs. */
  get waitingCount(): number {
    return this.#all.reduce((sum, outbox) => sum + outbox.waitingCount, 0);
  }

  /** No message would be lost with this page. */
  get isSafeToClose(): boolean {
    return this.#unsafe.size === 0;
  }

  /** This page has nothing to send and nothing to lose. */
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

  /** The room's screen attaches the sender of the shown room; the room shown before gets its own sender back. */
  setShownRoom(room: string | null): void {
    const previous = this.#shownRoom;
    this.#shownRoom = room;
    if (previous === null) return;
    const outbox = this.outboxOf(previous);
    outbox.attachView(NO_VIEW);
    outbox.attachSender(this.parts.senderFor(previous, outbox));
  }

  /** From another tab. */
  onEvent(event: TabEvent): void {
    if (this.#tab === null) return;
    if (event === PAGE_OPENED) this.parts.onPageOpened();
    else this.#onStatus(event);
  }

  #onStatus({ room, status }: OutboxEvent): void {
    const { nonce, tab } = status.message;
    if (status.is !== 'waiting') this.#unsafe.delete(nonce);
    if (status.is === 'waiting') this.#claims.onTabAlive(tab);
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
    await Promise.all([...tabs].map((tab) => this.#claims.tryTakeOver(tab)));
    // Read again: a tab that lived until now may have sent some of them and written more.
    const messages = await this.#storage.readMessages();
    if (this.#tab === null) return;
    const nonces = new Set(messages.map(({ nonce }) => nonce));
    this.parts.change(() => {
      for (const outbox of this.#all) outbox.retainOthers(nonces);
      this.#applyStored(messages);
    });
  }

  #applyStored(messages: readonly StoredOutgoingMessage[]): void {
    for (const { nonce } of messages) {
      this.#claims.addReadMessage(nonce);
      this.parts.nonces.follow(nonce);
    }
    for (const message of messages) {
      const outbox = this.outboxOf(message.room);
      outbox.applyStatus(statusOfStored(message));
      this.#watchTab(message.tab);
      // The tab that sent it was gone before it could delete the entry.
      if (outbox.isSettled(message.nonce)) void this.#storage.deleteMessage(message.nonce);
    }
    for (const outbox of this.#all) outbox.sendNext();
  }

  #watchTab(tab: string): void {
    this.#claims.watchTab(tab, () => void this.#onTabGone(tab));
  }

  async #onTabGone(tab: string): Promise<void> {
    const messages = await this.#storage.readMessages();
    if (!this.#claims.isHeld) return;
    this.#claims.takeOverGone(tab);
    this.parts.change(() => this.#applyStored(messages));
  }

  #logOf(room: string): OutboxLog {
    return {
      createMessage: (text) => ({ nonce: this.parts.nonces.next(), text, tab: this.#tab ?? '' }),
      isOurs: (message) => this.#claims.isOurs(message),
      goesBefore: (message) => this.#claims.goesBefore(message),
      recordWaiting: (message, onStored) =>
        this.#whenStored([this.#storeWaiting(room, message), this.#loaded], onStored),
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
    // A message that only this page holds could never be sent by another tab.
    if (where === 'on the device') this.#publish(room, { is: 'waiting', message });
  }

  async #awaitStored(nonce: string, put: Promise<StorageKind>): Promise<StorageKind> {
    this.#unsafe.add(nonce);
    const where = await put;
    if (where === 'on the device') this.#unsafe.delete(nonce);
    return where;
  }

  #whenStored(writes: readonly Promise<void>[], run: () => void): void {
    const timeout = new Promise<void>((resolve) => this.parts.clock.after(STORE_TIMEOUT_MS, resolve));
    void Promise.race([Promise.all(writes), timeout]).then(run);
  }
}

function statusOfStored(message: StoredOutgoingMessage): DeliveryStatus {
  const { nonce, text, tab, refused } = message;
  const outgoing: OutgoingMessage = { nonce, text, tab };
  return refused === undefined
    ? { is: 'waiting', message: outgoing }
    : { is: 'refused', message: outgoing, refusal: refusalOfStored(refused) };
}
