import $ from 'jquery';
import { iconPath, type RoomSlug } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import type { Rooms, RoomsView } from '../rooms/rooms.ts';

/** How much is new, for whoever does not see the rooms: in the title, on the icon, and in a narrow window on their button. */
export class TitleBadge implements RoomsView {
  #title: string = messages.noRoomTitle;
  #place: RoomSlug | null = null;
  #isDue = false;

  constructor(private readonly rooms: Rooms) {
    $(document).on('visibilitychange', () => this.#show());
  }

  /** On the page of all rooms, or of one that is called so. */
  at(place: RoomSlug | null, name: string): void {
    this.#place = place;
    this.#title = place === null ? messages.noRoomTitle : messages.roomTitle(name);
    this.#show();
  }

  /** A list of rooms comes one by one. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#show();
    });
  }

  /** Of the room that one looks at one need not be told. */
  #show(): void {
    const count = this.rooms.unreadBeside(document.hidden ? null : this.#place);
    const title = messages.counted(count, this.#title);
    if (document.title !== title) document.title = title;
    const icon = $('link[rel="icon"]');
    if (icon.attr('href') !== iconPath(count)) icon.attr('href', iconPath(count));
    this.#showButton(this.rooms.unreadBeside(this.#place));
  }

  #showButton(count: number): void {
    $('#show-rooms').attr('aria-label', messages.roomsAnd(count));
    $('#unread-elsewhere')
      .text(messages.count(count))
      .prop('hidden', count === 0);
  }
}
