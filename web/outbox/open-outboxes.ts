import { type Clock, PageClock } from '../../client/clock.ts';
import { NonceSequence } from '../../client/nonce.ts';
import { TabChannel } from '../browser/tab-channel.ts';
import { DeviceStore } from '../storage/device-store.ts';
import { IndexedDbDevice } from '../storage/indexed-db.ts';
import { HttpSender } from './http-sender.ts';
import { isTabEvent } from './outbox-events.ts';
import { Outboxes } from './outboxes.ts';
import { TabLeases } from './tab-leases.ts';
import { TabLocks, type TabOwnership } from './tab-locks.ts';

export interface PageOutboxesParts {
  readonly me: string;
  readonly clock: Clock;
  readonly store: DeviceStore;
  readonly change: (apply: () => void) => void;
  readonly onPageOpened: () => void;
}

/** The outboxes of a page, with the browser's storage, locks and channel: messages are sent even if this page closes. */
export function createOutboxes({ me, clock, store, change, onPageOpened }: PageOutboxesParts): Outboxes {
  const tabs = new TabChannel(`salon outbox ${me}`, isTabEvent, (event) => outboxes.onEvent(event));
  const session = { onLoggedOut: () => outboxes.pause(), onLoggedIn: () => outboxes.resume() };
  const outboxes: Outboxes = new Outboxes({
    clock,
    store,
    change,
    onPageOpened,
    nonces: new NonceSequence(),
    ownership: (hasWaiting) => tabOwnership(me, { clock, store, hasWaiting }),
    senderFor: (room, outbox) => new HttpSender(room, outbox, me, session),
    tabs,
  });
  return outboxes;
}

/** Browsers offer locks only to secure pages. */
function tabOwnership(me: string, leases: ConstructorParameters<typeof TabLeases>[0]): TabOwnership {
  const locks: LockManager | undefined = navigator.locks;
  return locks === undefined ? new TabLeases(leases) : new TabLocks(me, locks);
}

/** On a page without rooms: sends what the user wrote on other pages and is not sent yet. */
export class BackgroundOutboxes {
  #outboxes: Outboxes | null = null;

  /** `me` is empty while no user is logged in. */
  start(me: string): void {
    this.stop();
    if (me === '') return;
    const store = new DeviceStore(new IndexedDbDevice(me));
    const outboxes = createOutboxes({
      me,
      store,
      clock: new PageClock(),
      change: (apply) => apply(),
      onPageOpened: () => outboxes.resume(),
    });
    outboxes.open();
    this.#outboxes = outboxes;
  }

  stop(): void {
    this.#outboxes?.close();
    this.#outboxes = null;
  }
}
