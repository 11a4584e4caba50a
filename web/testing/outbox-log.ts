import type { Ledger, Parcel } from '../outbox/outgoing-message.ts';

/** What an outbox writes down, one line each. */
export class TestLedger implements Ledger {
  readonly lines: string[] = [];
  readonly ours = new Set(['t']);
  readonly before = new Set<string>();
  /** Nothing is safe before the test says so. */
  isSlow = false;
  readonly #unsafe = new Map<string, () => void>();
  #nonces = 0;

  parcel(text: string): Parcel {
    return { nonce: `n${++this.#nonces}`, text, tab: 't' };
  }

  isOurs({ tab }: Parcel): boolean {
    return this.ours.has(tab);
  }

  goesBefore({ tab }: Parcel): boolean {
    return this.before.has(tab);
  }

  entered({ nonce }: Parcel, safe: () => void): void {
    this.lines.push(`entered ${nonce}`);
    if (this.isSlow) this.#unsafe.set(nonce, safe);
    else safe();
  }

  nowSafe(nonce: string): void {
    this.#unsafe.get(nonce)?.();
  }

  sent({ nonce }: Parcel): void {
    this.lines.push(`sent ${nonce}`);
  }

  refused({ nonce }: Parcel): void {
    this.lines.push(`refused ${nonce}`);
  }

  discarded({ nonce }: Parcel): void {
    this.lines.push(`discarded ${nonce}`);
  }
}
