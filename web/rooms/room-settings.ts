import $ from 'jquery';
import { Dialog } from '../browser/dialog.ts';
import { type RoomSlug, roomApiPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import { RoomForm } from './room-dialogs.ts';
import type { Rooms } from './rooms.ts';

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
