import type { Clock } from '../../client/clock.ts';
import type { StatusKind } from './status.ts';

/** What lasts shorter than this is not worth saying. */
const SETTLED_MS = 2_000;

/** The state of the connection for those who hear the page: that it is lost, once it lasts, and that it is back. */
export class StatusAnnouncer {
  #lastText = '';
  #isTroubled = false;
  #cancel: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly announce: (text: string) => void,
  ) {}

  onStatus(mood: StatusKind, text: string): void {
    if (text === this.#lastText) return;
    this.#lastText = text;
    this.#cancel();
    if (mood === 'busy') return;
    if (mood === 'good' && !this.#isTroubled) return;
    this.#cancel = this.clock.after(SETTLED_MS, () => {
      this.#isTroubled = mood !== 'good';
      this.announce(text);
    });
  }
}
