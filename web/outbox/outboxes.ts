import type { Clock } from '../../client/clock.ts';
import type { NonceSequence } from '../../client/nonce.ts';
import type { TabChannel } from '../browser/tab-channel.ts';
import type { DeviceStore, StorageKind } from '../storage/device-store.ts';
import { Outbox, type OutboxView, type Sender } from './outbox.ts';
import type { OutboxEvent } from './outbox-events.ts';
import { OutboxStorage, type StoredOutgoingMessage, whyRefused } from './outbox-storage.ts';
import type { DeliveryStatus, OutboxLog, OutgoingMessage } from './outgoing-message.ts';
import type { TabOwnership } from './tab-locks.ts';

export interface OutboxesParts {
  readonly clock: Clock;
  readonly kept: DeviceStore;
  /** `waits`: has a tab anything left to send, as far as this page knows? */
  readonly lives: (waits: (tab: string) => boolean) => TabOwnership;
  readonly nonces: Pick<NonceSequence, 'next' | 'follow'>;
  /** Out of a room that this page does not show. */
  readonly road: (room: string, outbox: Outbox) => Sender;
  /** The person's other tabs. */
  readonly tabs: Pick<TabChannel<OutboxEvent>, 'open' | 'tell' | 'close'>;
  /** Around all that changes what is shown and was not done here. */
  readonly change: (doing: () => void) => void;
}

/** A device that does not answer is like one that takes nothing: what was written goes out all the same. */
const PATIENCE_MS = 5_000;

const NOBODY: OutboxView = { waiting() {}, delayed() {}, sent() {}, refused() {}, discarded() {} };

/**
 * All that one person has written and is not sent yet: of this page, of their other tabs, and of pages that are gone.
 * One outbox a room. Each message is sent by the tab it was written in, and when that is gone by one that lives.
 */
export class Outboxes {
  readonly #byRoom = new Map<string, Outbox>();
  readonly #parcels: OutboxStorage;
  readonly #lives: TabOwnership;
  /** Names of this tab: a new one whenever it comes back. */
  readonly #own = new Set<string>();
  /** Tabs that are gone, and whose messages are for this page to send. */
  readonly #gone = new Set<string>();
  /**
   * Messages that were read from the device. Of another tab's, only these are ever sent from here: in what one reads
   * there, nothing older is missing that is not sent; in what one hears, it may be.
   */
  readonly #read = new Set<string>();
  readonly #watched = new Set<string>();
  /** What would be lost with this page. */
  readonly #unsafe = new Set<string>();
  /** Null: the page is gone, or in a browser's memory. */
  #tab: string | null = null;
  #open: string | null = null;
  /** What an earlier page left goes first. */
  #begun: Promise<void> = Promise.resolve();

  constructor(private readonly parts: OutboxesParts) {
    this.#parcels = new OutboxStorage(parts.kept);
    this.#lives = parts.lives((tab) => this.#all.some((outbox) => outbox.waitsFor(tab)));
  }

  /** The page is here, or here again: out of a browser's memory, in which it heard nothing. */
  begin(): void {
    const tab = this.parts.nonces.next();
    this.#tab = tab;
    this.#own.add(tab);
    this.parts.tabs.open();
    this.#lives.claim(tab);
    this.#begun = this.#load();
  }

  /** The page goes; what it has not sent is for others to send. */
  end(): void {
    this.#tab = null;
    this.#lives.release();
    this.parts.tabs.close();
    this.#gone.clear();
    this.#watched.clear();
  }

  /** How many messages wait, in all tabs. */
  get waiting(): number {
    return this.#all.reduce((sum, outbox) => sum + outbox.waiting, 0);
  }

  /** Would nothing be lost with this page? */
  get areSafe(): boolean {
    return this.#unsafe.size === 0;
  }

  /** Has this page nothing to send, and nothing to lose? */
  get areDone(): boolean {
    return this.areSafe && this.#all.every((outbox) => outbox.ours === 0);
  }

  of(room: string): Outbox {
    const known = this.#byRoom.get(room);
    if (known !== undefined) return known;
    const outbox = new Outbox(this.parts.clock, this.#ledgerOf(room), NOBODY);
    this.#byRoom.set(room, outbox);
    outbox.attach(this.parts.road(room, outbox));
    return outbox;
  }

  /** Whoever shows a room gives its outbox a road; the one that was shown before goes by its own again. */
  show(room: string | null): void {
    const left = this.#open;
    this.#open = room;
    if (left === null) return;
    const outbox = this.of(left);
    outbox.showTo(NOBODY);
    outbox.attach(this.parts.road(left, outbox));
  }

  /** From another tab. */
  heard({ room, status }: OutboxEvent): void {
    if (this.#tab === null) return;
    const { nonce, tab } = status.parcel;
    if (status.is !== 'waiting') this.#unsafe.delete(nonce);
    if (status.is === 'waiting' && this.#lives.reclaimed(tab)) this.#gone.delete(tab);
    this.parts.change(() => this.of(room).learn(status));
    this.of(room).carryNext();
    this.#watch(tab);
  }

  get #all(): Outbox[] {
    return [...this.#byRoom.values()];
  }

  async #load(): Promise<void> {
    const before = await this.#parcels.all();
    const tabs = new Set(before.map(({ tab }) => tab));
    await Promise.all([...tabs].map((tab) => this.#take(tab)));
    // Read anew: what lived until now may have sent some of it, and written more.
    const parcels = await this.#parcels.all();
    if (this.#tab === null) return;
    const nonces = new Set(parcels.map(({ nonce }) => nonce));
    this.parts.change(() => {
      for (const outbox of this.#all) outbox.keepOnly(nonces);
      this.#learn(parcels);
    });
  }

  async #take(tab: string): Promise<void> {
    const isTaken = !this.#isOurs(tab) && (await this.#lives.tryTake(tab));
    if (isTaken && this.#tab !== null) this.#gone.add(tab);
  }

  #learn(parcels: readonly StoredOutgoingMessage[]): void {
    for (const { nonce } of parcels) {
      this.#read.add(nonce);
      this.parts.nonces.follow(nonce);
    }
    for (const parcel of parcels) {
      const outbox = this.of(parcel.room);
      outbox.learn(fateOf(parcel));
      this.#watch(parcel.tab);
      // Whoever knew that it is sent was gone before that was written down.
      if (outbox.isOver(parcel.nonce)) void this.#parcels.delete(parcel.nonce);
    }
    for (const outbox of this.#all) outbox.carryNext();
  }

  #watch(tab: string): void {
    if (this.#isOurs(tab) || this.#watched.has(tab)) return;
    this.#watched.add(tab);
    this.#lives.takeWhenFree(tab, () => void this.#adopt(tab));
  }

  #isOurs(tab: string): boolean {
    return this.#own.has(tab) || this.#gone.has(tab);
  }

  async #adopt(tab: string): Promise<void> {
    const parcels = await this.#parcels.all();
    if (this.#tab === null) return;
    this.#watched.delete(tab);
    this.#gone.add(tab);
    this.parts.change(() => this.#learn(parcels));
  }

  #ledgerOf(room: string): OutboxLog {
    return {
      parcel: (text) => ({ nonce: this.parts.nonces.next(), text, tab: this.#tab ?? '' }),
      isOurs: ({ tab, nonce }) => this.#own.has(tab) || (this.#gone.has(tab) && this.#read.has(nonce)),
      goesBefore: ({ nonce }) => this.#read.has(nonce),
      entered: (parcel, safe) => this.#soon([this.#enter(room, parcel), this.#begun], safe),
      sent: (parcel, seq) => this.#over(room, { is: 'sent', parcel, seq }),
      discarded: (parcel) => this.#over(room, { is: 'discarded', parcel }),
      refused: (parcel, why) => {
        const refused = { code: why.code, message: why.message };
        void this.#keep(parcel.nonce, this.#parcels.put({ ...parcel, room, refused }));
        this.#tell(room, { is: 'refused', parcel, why });
      },
    };
  }

  #over(room: string, fate: DeliveryStatus): void {
    const { nonce } = fate.parcel;
    this.#unsafe.delete(nonce);
    void this.#parcels.delete(nonce);
    this.#tell(room, fate);
  }

  #tell(room: string, status: DeliveryStatus): void {
    this.parts.tabs.tell({ room, status });
  }

  async #enter(room: string, parcel: OutgoingMessage): Promise<void> {
    const where = await this.#keep(parcel.nonce, this.#parcels.put({ ...parcel, room }));
    // What is in this page alone, no other could ever send.
    if (where === 'on the device') this.#tell(room, { is: 'waiting', parcel });
  }

  async #keep(nonce: string, put: Promise<StorageKind>): Promise<StorageKind> {
    this.#unsafe.add(nonce);
    const where = await put;
    if (where === 'on the device') this.#unsafe.delete(nonce);
    return where;
  }

  #soon(all: readonly Promise<void>[], run: () => void): void {
    const late = new Promise<void>((passed) => this.parts.clock.after(PATIENCE_MS, passed));
    void Promise.race([Promise.all(all), late]).then(run);
  }
}

function fateOf(parcel: StoredOutgoingMessage): DeliveryStatus {
  const { nonce, text, tab, refused } = parcel;
  const known: OutgoingMessage = { nonce, text, tab };
  return refused === undefined
    ? { is: 'waiting', parcel: known }
    : { is: 'refused', parcel: known, why: whyRefused(refused) };
}
