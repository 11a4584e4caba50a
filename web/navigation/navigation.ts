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

/** The ways from room to room other than links: shortcuts, the switcher, drawers, a new room. */
export class Navigation {
  readonly #drawers = new Drawers();
  #room: RoomSlug | null = null;

  constructor(
    private readonly rooms: Rooms,
    private readonly recent: RecentRooms,
    private readonly go: (slug: string) => void,
  ) {
    const openRoom = (): RoomSlug | null => this.#room;
    const help = new ShortcutHelp();
    const switcher = new Switcher({ rooms, recent, openRoom, go });
    new RoomSettingsDialog(rooms, openRoom);
    new NewRoomDialog((room) => {
      rooms.applyOwnChange(room);
      go(room.slug);
    });
    bindKeyboard({
      switch: () => switcher.open(),
      help: () => help.open(),
      previous: () => this.#goBeside('any', -1),
      next: () => this.#goBeside('any', 1),
      'previous-unread': () => this.#goBeside('unread', -1),
      'next-unread': () => this.#goBeside('unread', 1),
      close: () => this.#drawers.close(),
    });
  }

  onArrive(room: RoomSlug | null): void {
    this.#room = room;
    closeDialogs();
    this.#drawers.close();
    if (room !== null) this.recent.add(room);
  }

  #goBeside(which: 'any' | 'unread', step: -1 | 1): void {
    const rooms = this.rooms.all.filter(({ slug, unread }) => which === 'any' || unread !== 0 || slug === this.#room);
    const room = roomBeside(rooms, this.#room, step);
    if (room !== null) this.go(room);
  }
}
