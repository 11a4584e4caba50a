import type { MessageState } from '../../protocol/frames.ts';
import type { CurrentUser } from '../api/current-user.ts';
import { messages } from '../locale/en.ts';
import type { OutboxView } from '../outbox/outbox.ts';
import type { OutgoingMessage, SendRefusal } from '../outbox/outgoing-message.ts';
import { MessageRow } from './message-row.ts';

/** Rows of the user's own messages that have no place in the timeline yet: they stand at its end. */
export class PendingRows implements OutboxView {
  /** By nonce, in the order of writing. */
  readonly #rows = new Map<string, MessageRow>();
  /** Numbers of acknowledged messages that the timeline does not show yet, by nonce. */
  readonly #sent = new Map<string, number>();

  constructor(
    private readonly me: CurrentUser,
    /** A row was added or removed. */
    private readonly onChange: () => void,
  ) {}

  get all(): Iterable<MessageRow> {
    return this.#rows.values();
  }

  /** Hands over the row of a message that now has its place in the timeline. */
  releaseRow({ user, nonce }: MessageState): MessageRow | undefined {
    if (nonce === undefined || user !== this.me.name) return undefined;
    const row = this.#rows.get(nonce);
    this.#rows.delete(nonce);
    this.#sent.delete(nonce);
    return row;
  }

  onWaiting(message: OutgoingMessage): void {
    const row = new MessageRow(this.me, this.me.name);
    row.showWaiting(message);
    this.#rows.set(message.nonce, row);
    this.onChange();
  }

  onDelayed(message: OutgoingMessage, code: SendRefusal['code']): void {
    this.#rows.get(message.nonce)?.showStatus(messages.delayed(code));
  }

  onSent(message: OutgoingMessage, seq: number): void {
    this.#rows.get(message.nonce)?.clearStatus();
    this.#sent.set(message.nonce, seq);
  }

  onRefused(message: OutgoingMessage, why: SendRefusal): void {
    this.#rows.get(message.nonce)?.showRefused(messages.notSent(why.message));
  }

  onDiscarded(nonce: string): void {
    this.#removeRow(nonce);
    this.onChange();
  }

  /** Removes rows stored up to `position`: their messages are shown above, or are deleted since. */
  removeStored(position: number): void {
    for (const [nonce, seq] of this.#sent) {
      if (seq > position) continue;
      this.#sent.delete(nonce);
      this.#removeRow(nonce);
    }
  }

  #removeRow(nonce: string): void {
    this.#rows.get(nonce)?.node.remove();
    this.#rows.delete(nonce);
  }
}
