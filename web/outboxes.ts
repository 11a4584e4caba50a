import type { Clock } from './clock.ts';
import { newNonce } from './nonce.ts';
import { Outbox, type OutboxView } from './outbox.ts';

const nobody: OutboxView = {
  waiting() {},
  delayed() {},
  sent() {},
  refused() {},
  discarded() {},
};

/** One outbox a room: what was written in one that has been left is still to be sent. */
export class Outboxes {
  readonly #byRoom = new Map<string, Outbox>();

  constructor(private readonly clock: Clock) {}

  get areEmpty(): boolean {
    return [...this.#byRoom.values()].every((outbox) => outbox.isEmpty);
  }

  get areWaiting(): boolean {
    return this.waiting > 0;
  }

  get waiting(): number {
    return [...this.#byRoom.values()].reduce((sum, outbox) => sum + outbox.waiting, 0);
  }

  of(room: string): Outbox {
    const outbox = this.#byRoom.get(room) ?? new Outbox(this.clock, newNonce, nobody);
    this.#byRoom.set(room, outbox);
    return outbox;
  }
}
