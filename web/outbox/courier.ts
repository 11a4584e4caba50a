import { PageClock } from '../../client/clock.ts';
import { DeviceStore } from '../storage/device-store.ts';
import { IndexedDbDevice } from '../storage/indexed-db.ts';
import { pageOutboxes } from './open-outboxes.ts';
import type { Outboxes } from './outboxes.ts';

/** On a page without rooms: what somebody wrote elsewhere, and what was not sent, goes out from here. */
export class BackgroundOutboxes {
  #outboxes: Outboxes | null = null;

  /** Empty: nobody. */
  serve(me: string): void {
    this.stop();
    if (me === '') return;
    const kept = new DeviceStore(new IndexedDbDevice(me));
    this.#outboxes = pageOutboxes({ me, clock: new PageClock(), kept, change: (doing) => doing() });
    this.#outboxes.begin();
  }

  stop(): void {
    this.#outboxes?.end();
    this.#outboxes = null;
  }
}
