import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { messages } from '../locale/en.ts';
import type { StatusKind } from './status.ts';
import { StatusAnnouncer } from './status-announcer.ts';

const AGE_FROM_MS = 10_000;
const AGE_EVERY_MS = 5_000;

/** The connection's status, always in sight; while trouble lasts also the time since the last frame. */
export class StatusBar {
  readonly #line = $('#status');
  readonly #age = $('#last-heard');
  readonly #announcer: StatusAnnouncer;
  #kind: StatusKind = 'busy';
  #receivedAt: number | null = null;
  #cancel: () => void = () => {};

  constructor(private readonly clock: Clock) {
    this.#announcer = new StatusAnnouncer(clock, (text) => $('#status-news').text(text));
  }

  /** The server has sent a frame. */
  onReceived(): void {
    this.#receivedAt = this.clock.now();
  }

  showStatus([kind, text]: readonly [StatusKind, string]): void {
    if (this.#line.text() === text) return;
    this.#kind = kind;
    this.#line.text(text).attr('data-kind', kind);
    this.#announcer.onStatus(kind, text);
    this.#showAge();
  }

  #showAge(): void {
    this.#cancel();
    const isTroubled = this.#kind === 'bad' || this.#kind === 'busy';
    const age = this.#receivedAt === null || !isTroubled ? 0 : this.clock.now() - this.#receivedAt;
    this.#age
      .prop('hidden', age < AGE_FROM_MS)
      .find('.age')
      .text(messages.ago(age));
    if (isTroubled) this.#cancel = this.clock.after(AGE_EVERY_MS, () => this.#showAge());
  }
}
