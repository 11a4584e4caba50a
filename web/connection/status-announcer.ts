import type { Clock } from '../../client/clock.ts';
import type { StatusKind } from './status.ts';

/** What lasts shorter than this is not worth saying. */
const SETTLED_MS = 2_000;

/** The state of the connection for those who hear the page: that it is lost, once it lasts, and that it is back. */
export class StatusAnnouncer {
  #wanted = '';
  #isTroubled = false;
  #callOff: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly say: (text: string) => void,
  ) {}

  show(mood: StatusKind, text: string): void {
    if (text === this.#wanted) return;
    this.#wanted = text;
    this.#callOff();
    if (mood === 'busy') return;
    if (mood === 'good' && !this.#isTroubled) return;
    this.#callOff = this.clock.after(SETTLED_MS, () => {
      this.#isTroubled = mood !== 'good';
      this.say(text);
    });
  }
}
