import type { Clock } from '../../client/clock.ts';
import type { StatusKind } from './status.ts';

/** A status that lasts shorter than this is not announced. */
const SETTLED_MS = 2_000;

/** Announces to screen readers that the connection is lost, once that lasts, and that it is back. */
export class StatusAnnouncer {
  #lastText = '';
  #isTroubled = false;
  #cancel: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly announce: (text: string) => void,
  ) {}

  onStatus(kind: StatusKind, text: string): void {
    if (text === this.#lastText) return;
    this.#lastText = text;
    this.#cancel();
    if (kind === 'busy') return;
    if (kind === 'good' && !this.#isTroubled) return;
    this.#cancel = this.clock.after(SETTLED_MS, () => {
      this.#isTroubled = kind !== 'good';
      this.announce(text);
    });
  }
}
