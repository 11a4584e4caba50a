import { closeDialogs } from '../browser/dialog.ts';
import type { RoomSlug } from '../browser/urls.ts';
import type { RecentRooms } from '../rooms/recent-rooms.ts';
import { NewRoomDialog, RoomSettingsDialog } from '../rooms/room-dialogs.ts';
import { roomBeside } from '../rooms/room-search.ts';
import { Switcher } from '../rooms/room-switcher.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { Drawers } from './drawers.ts';
import { bindKeyboard } from './keyboard.ts';
import { ShortcutHelp } from './shortcut-help.ts';

/** The ways from room to room, beside the links: keys, the switcher, drawers, a room that is made. */
export class Navigation {
  readonly #drawers = new Drawers();
  #here: RoomSlug | null = null;

  constructor(
    private readonly rooms: Rooms,
    private readonly recent: RecentRooms,
    private readonly go: (slug: string) => void,
  ) {
    const open = (): RoomSlug | null => this.#here;
    const sheet = new ShortcutHelp();
    const switcher = new Switcher({ rooms, recent, open, go });
    new RoomSettingsDialog(rooms, open);
    new NewRoomDialog((room) => {
      rooms.made(room);
      go(room.slug);
    });
    bindKeyboard({
      switch: () => switcher.open(),
      help: () => sheet.open(),
      previous: () => this.#goBeside('any', -1),
      next: () => this.#goBeside('any', 1),
      'previous-unread': () => this.#goBeside('unread', -1),
      'next-unread': () => this.#goBeside('unread', 1),
      close: () => this.#drawers.close(),
    });
  }

  arrived(place: RoomSlug | null): void {
    this.#here = place;
    closeDialogs();
    this.#drawers.close();
    if (place !== null) this.recent.visited(place);
  }

  #goBeside(which: 'any' | 'unread', step: -1 | 1): void {
    const rooms = this.rooms.all.filter(({ slug, unread }) => which === 'any' || unread !== 0 || slug === this.#here);
    const place = roomBeside(rooms, this.#here, step);
    if (place !== null) this.go(place);
  }
}
