import type { MessageState } from '../../protocol/frames.ts';
import type { CurrentUser } from '../api/current-user.ts';
import { messages } from '../locale/en.ts';
import type { OutboxView } from '../outbox/outbox.ts';
import type { OutgoingMessage, SendRefusal } from '../outbox/outgoing-message.ts';
import { MessageRow } from './message-row.ts';

/** Rows of what one has written and the room has not told of yet; they have no place in it but its end. */
export class PendingRows implements OutboxView {
  /** By nonce, in the order of writing. */
  readonly #rows = new Map<string, MessageRow>();
  /** Stored, says the server; their place has not come yet. */
  readonly #sent = new Map<string, number>();

  constructor(
    private readonly me: CurrentUser,
    /** A row is to be drawn, or is gone. */
    private readonly altered: () => void,
  ) {}

  get all(): Iterable<MessageRow> {
    return this.#rows.values();
  }

  /** The row of a message that has its place now. */
  take({ user, nonce }: MessageState): MessageRow | undefined {
    if (nonce === undefined || user !== this.me.name) return undefined;
    const row = this.#rows.get(nonce);
    this.#rows.delete(nonce);
    this.#sent.delete(nonce);
    return row;
  }

  onWaiting(parcel: OutgoingMessage): void {
    const row = new MessageRow(this.me, this.me.name);
    row.waiting(parcel);
    this.#rows.set(parcel.nonce, row);
    this.altered();
  }

  onDelayed(parcel: OutgoingMessage, code: SendRefusal['code']): void {
    this.#rows.get(parcel.nonce)?.fate(messages.delayed(code));
  }

  onSent(parcel: OutgoingMessage, seq: number): void {
    this.#rows.get(parcel.nonce)?.normal();
    this.#sent.set(parcel.nonce, seq);
  }

  onRefused(parcel: OutgoingMessage, why: SendRefusal): void {
    this.#rows.get(parcel.nonce)?.refused(messages.notSent(why.message));
  }

  onDiscarded(nonce: string): void {
    this.#remove(nonce);
    this.altered();
  }

  /** What was stored before `position` and is not shown has its place above, or was deleted since. */
  dropStored(position: number): void {
    for (const [nonce, seq] of this.#sent) {
      if (seq > position) continue;
      this.#sent.delete(nonce);
      this.#remove(nonce);
    }
  }

  #remove(nonce: string): void {
    this.#rows.get(nonce)?.node.remove();
    this.#rows.delete(nonce);
  }
}
