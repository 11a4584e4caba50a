import type { OutboxLog, OutgoingMessage } from '../outbox/outgoing-message.ts';

/** Records what an outbox writes to its log, one line each. */
export class TestOutboxLog implements OutboxLog {
  readonly lines: string[] = [];
  readonly ours = new Set(['t']);
  readonly before = new Set<string>();
  /** No message counts as stored before the test confirms it. */
  isSlow = false;
  readonly #unstored = new Map<string, () => void>();
  #nonces = 0;

  createMessage(text: string): OutgoingMessage {
    return { nonce: `n${++this.#nonces}`, text, tab: 't' };
  }

  isOurs({ tab }: OutgoingMessage): boolean {
    return this.ours.has(tab);
  }

  goesBefore({ tab }: OutgoingMessage): boolean {
    return this.before.has(tab);
  }

  recordWaiting({ nonce }: OutgoingMessage, onStored: () => void): void {
    this.lines.push(`entered ${nonce}`);
    if (this.isSlow) this.#unstored.set(nonce, onStored);
    else onStored();
  }

  confirmStored(nonce: string): void {
    this.#unstored.get(nonce)?.();
  }

  recordSent({ nonce }: OutgoingMessage): void {
    this.lines.push(`sent ${nonce}`);
  }

  recordRefused({ nonce }: OutgoingMessage): void {
    this.lines.push(`refused ${nonce}`);
  }

  recordDiscarded({ nonce }: OutgoingMessage): void {
    this.lines.push(`discarded ${nonce}`);
  }
}
