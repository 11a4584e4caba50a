import $ from 'jquery';
import type { RoomState } from '../../protocol/frames.ts';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { post } from '../api/http.ts';
import { type ApiResponse, codeOf, reasonOf } from '../api/response.ts';
import { roomIn } from './room-api.ts';

/** Which field a refusal is about. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['bad_name', 'name'],
  ['taken', 'name'],
  ['bad_topic', 'topic'],
]);

/** A room's name and topic, to be made or to be changed. */
export class RoomForm {
  readonly #form: JQuery;
  #isBusy = false;

  constructor(
    selector: string,
    private readonly path: () => string,
    private readonly done: (room: RoomState) => void,
  ) {
    this.#form = $(selector);
    this.#form.on('submit', (event) => {
      event.preventDefault();
      if (!this.#isBusy) void this.#submit();
    });
    this.#form.on('input', () => clearFormErrors(this.#form));
  }

  fill(room: { readonly name: string; readonly topic: string }): void {
    this.#box('name').val(room.name);
    this.#box('topic').val(room.topic);
    clearFormErrors(this.#form);
  }

  async #submit(): Promise<void> {
    this.#busy('true');
    const answer = await post(this.path(), { name: this.#text('name'), topic: this.#text('topic') });
    this.#busy('false');
    const room = roomIn(answer);
    if (room === null) showFormErrors(byField(answer), this.#form);
    else this.done(room);
  }

  #busy(busy: 'true' | 'false'): void {
    this.#isBusy = busy === 'true';
    this.#form.find('[type="submit"]').attr('aria-disabled', busy);
  }

  #text(field: 'name' | 'topic'): string {
    return String(this.#box(field).val() ?? '');
  }

  #box(field: 'name' | 'topic'): JQuery {
    return this.#form.find(`[name="${field}"]`);
  }
}

function byField(answer: ApiResponse): ApiResponse {
  const field = FIELDS.get(codeOf(answer));
  if (field === undefined) return answer;
  return { ...answer, body: { errors: { [field]: [{ message: reasonOf(answer) }] } } };
}
