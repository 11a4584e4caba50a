import { type Clock, PageClock } from '../../client/clock.ts';
import { NonceSequence } from '../../client/nonce.ts';
import { TabChannel } from '../browser/tab-channel.ts';
import { DeviceStore } from '../storage/device-store.ts';
import { IndexedDbDevice } from '../storage/indexed-db.ts';
import { HttpSender } from './http-sender.ts';
import { isOutboxEvent } from './outbox-events.ts';
import { Outboxes } from './outboxes.ts';
import { TabLeases } from './tab-leases.ts';
import { TabLocks, type TabOwnership } from './tab-locks.ts';

export interface PageOutboxesParts {
  readonly me: string;
  readonly clock: Clock;
  readonly store: DeviceStore;
  readonly change: (doing: () => void) => void;
}

/** All that it takes to send what somebody writes, whatever becomes of this page. */
export function createOutboxes({ me, clock, store: kept, change }: PageOutboxesParts): Outboxes {
  const tabs = new TabChannel(`salon outbox ${me}`, isOutboxEvent, (news) => outboxes.onEvent(news));
  const outboxes: Outboxes = new Outboxes({
    clock,
    store: kept,
    change,
    nonces: new NonceSequence(),
    ownership: (waits) => tabOwnership(me, { clock, store: kept, hasWaiting: waits }),
    senderFor: (room, outbox) => new HttpSender(room, outbox, me),
    tabs,
  });
  return outboxes;
}

/** Browsers lend locks only to pages that they trust. */
function tabOwnership(me: string, leases: ConstructorParameters<typeof TabLeases>[0]): TabOwnership {
  const locks: LockManager | undefined = navigator.locks;
  return locks === undefined ? new TabLeases(leases) : new TabLocks(me, locks);
}

/** On a page without rooms: what somebody wrote elsewhere, and what was not sent, goes out from here. */
export class BackgroundOutboxes {
  #outboxes: Outboxes | null = null;

  /** Empty: nobody. */
  start(me: string): void {
    this.stop();
    if (me === '') return;
    const kept = new DeviceStore(new IndexedDbDevice(me));
    this.#outboxes = createOutboxes({ me, clock: new PageClock(), store: kept, change: (doing) => doing() });
    this.#outboxes.open();
  }

  stop(): void {
    this.#outboxes?.close();
    this.#outboxes = null;
  }
}
