import $ from 'jquery';
import { iconPath, type RoomSlug } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import type { Rooms, RoomsView } from '../rooms/rooms.ts';

/** Shows the number of unread messages in the page title, on its icon and, in a narrow window, on the button of the rooms. */
export class TitleBadge implements RoomsView {
  #title: string = messages.noRoomTitle;
  #room: RoomSlug | null = null;
  #isScheduled = false;

  constructor(private readonly rooms: Rooms) {
    $(document).on('visibilitychange', () => this.#show());
  }

  /** `name`: of the room; null and empty on the page of all rooms. */
  setRoom(room: RoomSlug | null, name: string): void {
    this.#room = room;
    this.#title = room === null ? messages.noRoomTitle : messages.roomTitle(name);
    this.#show();
  }

  /** Rooms are shown one by one: the count is updated once for all of them. */
  showRoom(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#show();
    });
  }

  /** The open room counts only while the page is hidden. */
  #show(): void {
    const count = this.rooms.unreadOutside(document.hidden ? null : this.#room);
    const title = messages.counted(count, this.#title);
    if (document.title !== title) document.title = title;
    const icon = $('link[rel="icon"]');
    if (icon.attr('href') !== iconPath(count)) icon.attr('href', iconPath(count));
    this.#showButton(this.rooms.unreadOutside(this.#room));
  }

  #showButton(count: number): void {
    $('#show-rooms').attr('aria-label', messages.roomsAnd(count));
    $('#unread-elsewhere')
      .text(messages.count(count))
      .prop('hidden', count === 0);
  }
}
