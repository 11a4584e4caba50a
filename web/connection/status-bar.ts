import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { messages } from '../locale/en.ts';
import type { StatusKind } from './status.ts';
import { StatusAnnouncer } from './status-announcer.ts';

const AGE_FROM_MS = 10_000;
const AGE_EVERY_MS = 5_000;

/** The state of the connection, always in sight; when trouble lasts, since when nothing was heard. */
export class StatusBar {
  readonly #line = $('#status');
  readonly #age = $('#last-heard');
  readonly #news: StatusAnnouncer;
  #mood: StatusKind = 'busy';
  #heardAt: number | null = null;
  #callOff: () => void = () => {};

  constructor(private readonly clock: Clock) {
    this.#news = new StatusAnnouncer(clock, (text) => $('#status-news').text(text));
  }

  /** Something came from the server. */
  heard(): void {
    this.#heardAt = this.clock.now();
  }

  show([mood, text]: readonly [StatusKind, string]): void {
    if (this.#line.text() === text) return;
    this.#mood = mood;
    this.#line.text(text).attr('data-mood', mood);
    this.#news.show(mood, text);
    this.#showAge();
  }

  #showAge(): void {
    this.#callOff();
    const isTroubled = this.#mood === 'bad' || this.#mood === 'busy';
    const age = this.#heardAt === null || !isTroubled ? 0 : this.clock.now() - this.#heardAt;
    this.#age
      .prop('hidden', age < AGE_FROM_MS)
      .find('.age')
      .text(messages.ago(age));
    if (isTroubled) this.#callOff = this.clock.after(AGE_EVERY_MS, () => this.#showAge());
  }
}
