import $ from 'jquery';
import { post } from './ajax.ts';
import { clearErrors, showRefusal } from './form-errors.ts';
import { isRecord, isText } from './shape.ts';

/** The form that makes a room, and goes there. */
export class NewRoom {
  readonly #form = $('#new-room');
  readonly #name = $('#new-room-name');
  readonly #button = $('#make-room');
  #isBusy = false;

  constructor(private readonly made: (slug: string) => void) {
    this.#form.on('submit', (event) => {
      event.preventDefault();
      if (!this.#isBusy) void this.#submit();
    });
    this.#name.on('input', () => clearErrors(this.#form));
  }

  async #submit(): Promise<void> {
    this.#busy('true');
    const answer = await post('/api/rooms', { name: String(this.#name.val() ?? '') });
    this.#busy('false');
    const room = isRecord(answer.body) ? answer.body.room : null;
    if (answer.status !== 201 || !isRecord(room) || !isText(room.slug)) return showRefusal(answer, this.#form);
    clearErrors(this.#form);
    this.#name.val('');
    this.made(room.slug);
  }

  #busy(busy: 'true' | 'false'): void {
    this.#isBusy = busy === 'true';
    this.#button.attr('aria-disabled', busy);
  }
}
