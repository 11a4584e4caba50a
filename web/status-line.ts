import $ from 'jquery';
import type { Mood } from './connection-status.ts';

export class StatusLine {
  readonly #line = $('#status');

  show([mood, text]: readonly [Mood, string]): void {
    if (this.#line.text() === text) return;
    this.#line.text(text).attr('data-mood', mood);
  }
}
