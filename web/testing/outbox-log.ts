import type { OutboxLog, OutgoingMessage } from '../outbox/outgoing-message.ts';

/** What an outbox writes down, one line each. */
export class TestOutboxLog implements OutboxLog {
  readonly lines: string[] = [];
  readonly ours = new Set(['t']);
  readonly before = new Set<string>();
  /** Nothing is safe before the test says so. */
  isSlow = false;
  readonly #unsafe = new Map<string, () => void>();
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

  recordWaiting({ nonce }: OutgoingMessage, safe: () => void): void {
    this.lines.push(`entered ${nonce}`);
    if (this.isSlow) this.#unsafe.set(nonce, safe);
    else safe();
  }

  confirmStored(nonce: string): void {
    this.#unsafe.get(nonce)?.();
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
