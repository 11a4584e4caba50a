import $ from 'jquery';
import { messageSeqIn, type RoomSlug, roomPath, roomSlugIn } from '../browser/urls.ts';

/** Goes from room to room without a reload; the browser's Back and Forward work. */
export class Router {
  #path = location.pathname;

  constructor(
    /** `message`: the one at which the room opens; null: the newest. */
    private readonly onArrive: (room: RoomSlug | null, message: number | null) => void,
  ) {
    $(document).on('click', 'a.room-link, a.brand', (event) => this.#onClick(event));
    $(window).on('popstate', () => this.#arrive(location.pathname));
  }

  start(): void {
    this.onArrive(roomSlugIn(this.#path), messageSeqIn(this.#path));
  }

  go(room: RoomSlug | null): void {
    this.follow(roomPath(room));
  }

  follow(path: string): void {
    if (path === this.#path) return;
    history.pushState(null, '', path);
    this.#arrive(path);
  }

  /** Drops the message number from the URL: the user has scrolled on. */
  dropMessage(): void {
    if (messageSeqIn(this.#path) === null) return;
    this.#path = roomPath(roomSlugIn(this.#path));
    history.replaceState(null, '', this.#path);
  }

  /** A new fragment alone does not change the room. */
  #arrive(path: string): void {
    if (path === this.#path) return;
    this.#path = path;
    this.onArrive(roomSlugIn(path), messageSeqIn(path));
  }

  /** Clicks that open a new tab or window are left to the browser. */
  #onClick(event: JQuery.ClickEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link: unknown = event.currentTarget;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    this.follow(link.pathname);
  }
}
