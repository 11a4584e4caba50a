import $ from 'jquery';
import type { RoomState } from '../../protocol/frames.ts';
import { Dialog } from '../browser/dialog.ts';
import { RoomForm } from './room-dialogs.ts';

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
