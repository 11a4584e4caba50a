import $ from 'jquery';
import { messageSeqIn, type RoomSlug, roomPath, roomSlugIn } from '../browser/urls.ts';

/** Goes from room to room without a reload; the browser's Back and Forward work. */
export class Router {
  #path = location.pathname;

  constructor(
    /** `message`: at which the room is to open; null: where the newest is. */
    private readonly arrived: (place: RoomSlug | null, message: number | null) => void,
  ) {
    $(document).on('click', 'a.room-link, a.brand', (event) => this.#clicked(event));
    $(window).on('popstate', () => this.#arrive(location.pathname));
  }

  start(): void {
    this.arrived(roomSlugIn(this.#path), messageSeqIn(this.#path));
  }

  go(place: RoomSlug | null): void {
    this.follow(roomPath(place));
  }

  follow(path: string): void {
    if (path === this.#path) return;
    history.pushState(null, '', path);
    this.#arrive(path);
  }

  /** The reader is in the room, and no longer at the message they came for. */
  leftMessage(): void {
    if (messageSeqIn(this.#path) === null) return;
    this.#path = roomPath(roomSlugIn(this.#path));
    history.replaceState(null, '', this.#path);
  }

  /** A change behind the `#` of an address leads to where one is. */
  #arrive(path: string): void {
    if (path === this.#path) return;
    this.#path = path;
    this.arrived(roomSlugIn(path), messageSeqIn(path));
  }

  /** A click that wants a new tab or a window gets one. */
  #clicked(event: JQuery.ClickEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link: unknown = event.currentTarget;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    this.follow(link.pathname);
  }
}
