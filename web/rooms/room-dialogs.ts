import $ from 'jquery';
import type { RoomState } from '../../protocol/frames.ts';
import { clearFormErrors, showFormErrors } from '../api/form-errors.ts';
import { post } from '../api/http.ts';
import { type ApiResponse, codeOf, reasonOf } from '../api/response.ts';
import { Dialog } from '../browser/dialog.ts';
import { type RoomSlug, roomApiPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import { savedRoomIn } from './room-api.ts';
import type { Rooms } from './rooms.ts';

/** The field that each refusal code is about. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['bad_name', 'name'],
  ['taken', 'name'],
  ['bad_topic', 'topic'],
]);

/** The form for a room's name and topic, used to create and to change a room. */
export class RoomForm {
  readonly #form: JQuery;
  #isBusy = false;

  constructor(
    selector: string,
    private readonly path: () => string,
    private readonly onSaved: (room: RoomState) => void,
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
    this.#setBusy('true');
    const response = await post(this.path(), { name: this.#text('name'), topic: this.#text('topic') });
    this.#setBusy('false');
    const room = savedRoomIn(response);
    if (room === null) showFormErrors(byField(response), this.#form);
    else this.onSaved(room);
  }

  #setBusy(busy: 'true' | 'false'): void {
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

/** Creates a room. */
export class NewRoomDialog {
  readonly #dialog = new Dialog('#new-room-dialog');
  readonly #form: RoomForm;

  constructor(private readonly onCreated: (room: RoomState) => void) {
    this.#form = new RoomForm(
      '#new-room',
      () => '/api/rooms',
      (room) => this.#onSaved(room),
    );
    $('.open-new-room').on('click', () => this.#dialog.open());
  }

  #onSaved(room: RoomState): void {
    this.#form.fill({ name: '', topic: '' });
    this.#dialog.close();
    this.onCreated(room);
  }
}

/** Shows the topic of the open room; users who may change name and topic get a form. */
export class RoomSettingsDialog {
  readonly #dialog = new Dialog('#room-dialog');
  readonly #form: RoomForm;
  #slug = '';

  constructor(
    private readonly rooms: Rooms,
    private readonly openRoom: () => RoomSlug | null,
  ) {
    this.#form = new RoomForm(
      '#room-form',
      () => roomApiPath(this.#slug),
      (room) => {
        rooms.applyOwnChange(room);
        this.#dialog.close();
      },
    );
    $('#about-room').on('click', () => this.#show());
    $('#room-name, #topic').on('click', () => {
      // A selection means that the user wants to copy the text.
      if (getSelection()?.isCollapsed !== false) this.#show();
    });
  }

  #show(): void {
    const room = this.rooms.find(this.openRoom() ?? '');
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

function byField(response: ApiResponse): ApiResponse {
  const field = FIELDS.get(codeOf(response));
  if (field === undefined) return response;
  return { ...response, body: { errors: { [field]: [{ message: reasonOf(response) }] } } };
}
