import $ from 'jquery';
import type { RoomState } from '../../protocol/frames.ts';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { post } from '../api/http.ts';
import { type ApiResponse, codeOf, reasonOf } from '../api/response.ts';
import { Dialog } from '../browser/dialog.ts';
import { type RoomSlug, roomApiPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import { roomIn } from './room-api.ts';
import type { Rooms } from './rooms.ts';

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

/** Makes a room, and goes there. */
export class NewRoomDialog {
  readonly #dialog = new Dialog('#new-room-dialog');
  readonly #form: RoomForm;

  constructor(private readonly made: (room: RoomState) => void) {
    this.#form = new RoomForm(
      '#new-room',
      () => '/api/rooms',
      (room) => this.#done(room),
    );
    $('.open-new-room').on('click', () => this.#dialog.open());
  }

  #done(room: RoomState): void {
    this.#form.fill({ name: '', topic: '' });
    this.#dialog.close();
    this.made(room);
  }
}

/** What a room is about, for everybody; its name and topic in boxes for those who may change them. */
export class RoomSettingsDialog {
  readonly #dialog = new Dialog('#room-dialog');
  readonly #form: RoomForm;
  #slug = '';

  constructor(
    private readonly rooms: Rooms,
    private readonly open: () => RoomSlug | null,
  ) {
    this.#form = new RoomForm(
      '#room-form',
      () => roomApiPath(this.#slug),
      (room) => {
        rooms.made(room);
        this.#dialog.close();
      },
    );
    $('#about-room').on('click', () => this.#show());
    $('#room-name, #topic').on('click', () => {
      // Whoever draws over the words wants to copy them.
      if (getSelection()?.isCollapsed !== false) this.#show();
    });
  }

  #show(): void {
    const room = this.rooms.of(this.open() ?? '');
    if (room === null) return;
    this.#slug = room.slug;
    $('#room-dialog-name').text(room.yours ? messages.roomYours : room.name);
    $('#room-dialog-topic').text(room.topic === '' ? messages.noTopic : room.topic);
    $('#room-about').prop('hidden', room.yours);
    $('#room-form').prop('hidden', !room.yours);
    this.#form.fill(room);
    this.#dialog.open();
  }
}

function byField(answer: ApiResponse): ApiResponse {
  const field = FIELDS.get(codeOf(answer));
  if (field === undefined) return answer;
  return { ...answer, body: { errors: { [field]: [{ message: reasonOf(answer) }] } } };
}
