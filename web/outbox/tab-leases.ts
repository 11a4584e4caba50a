import type { Clock } from '../../client/clock.ts';
import { isCount, isRecord } from '../../protocol/shape.ts';
import type { DeviceStore } from '../storage/device-store.ts';
import type { TabOwnership } from './tab-locks.ts';

export interface TabLeasesParts {
  readonly store: DeviceStore;
  readonly clock: Clock;
  /** Has the tab anything left to send? If not, it does not matter whether it lives. */
  readonly hasWaiting: (tab: string) => boolean;
}

interface Watched {
  readonly onTaken: () => void;
  beat: number | null;
  /** How often in a row the beat was unchanged. */
  missed: number;
}

const BEAT_MS = 2_000;
/** A living tab may miss some; a tab with messages to send and no beat in the store counts as gone sooner. */
const MISSED_MOST = 4;
const SILENT_MOST = 2;
const PREFIX = 'tab/';

/**
 * For browsers without locks (http pages of a local network): a living tab that has something to send renews its beat in
 * the store. A page that finds the same beat several times takes the tab for gone; no two clocks are compared. If the
 * tab only slept, no harm is done: both send the same messages, in the same order.
 */
export class TabLeases implements TabOwnership {
  readonly #held = new Set<string>();
  readonly #written = new Set<string>();
  readonly #watched = new Map<string, Watched>();
  #beats = 0;
  #cancelBeat: (() => void) | null = null;

  constructor(private readonly parts: TabLeasesParts) {}

  claim(tab: string): void {
    this.#held.add(tab);
    this.#cancelBeat ??= this.#scheduleBeat();
  }

  async tryTake(tab: string): Promise<boolean> {
    if ((await this.#beatOf(tab)) !== null) return false;
    this.#holdTab(tab);
    return true;
  }

  takeWhenFree(tab: string, onTaken: () => void): void {
    if (!this.#held.has(tab)) this.#watched.set(tab, { onTaken, beat: null, missed: 0 });
  }

  reclaimed(tab: string): boolean {
    this.#written.delete(tab);
    return this.#held.delete(tab);
  }

  release(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = null;
    for (const tab of this.#written) void this.parts.store.delete(PREFIX + tab);
    for (const tabs of [this.#held, this.#written, this.#watched]) tabs.clear();
  }

  #scheduleBeat(): () => void {
    return this.parts.clock.after(BEAT_MS, () => {
      this.#cancelBeat = this.#scheduleBeat();
      this.#renewAndCheck();
    });
  }

  #renewAndCheck(): void {
    this.#beats++;
    for (const tab of this.#held) this.#renewTab(tab);
    for (const [tab, watched] of this.#watched) void this.#checkTab(tab, watched);
  }

  #holdTab(tab: string): void {
    this.#held.add(tab);
    this.#renewTab(tab);
  }

  #renewTab(tab: string): void {
    if (this.parts.hasWaiting(tab)) {
      this.#written.add(tab);
      void this.parts.store.put(PREFIX + tab, { beat: this.#beats });
    } else if (this.#written.delete(tab)) {
      void this.parts.store.delete(PREFIX + tab);
    }
  }

  async #checkTab(tab: string, watched: Watched): Promise<void> {
    const beat = await this.#beatOf(tab);
    if (this.#watched.get(tab) !== watched) return;
    const isSame = beat === watched.beat && this.parts.hasWaiting(tab);
    watched.missed = isSame ? watched.missed + 1 : 0;
    watched.beat = beat;
    if (watched.missed < (beat === null ? SILENT_MOST : MISSED_MOST)) return;
    this.#watched.delete(tab);
    this.#holdTab(tab);
    watched.onTaken();
  }

  async #beatOf(tab: string): Promise<number | null> {
    const value = await this.parts.store.get(PREFIX + tab);
    return isRecord(value) && isCount(value.beat) ? value.beat : null;
  }
}
