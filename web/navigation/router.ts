import $ from 'jquery';
import { messageOf, type Place, pathOf, placeOf } from '../browser/urls.ts';

/** Goes from room to room without a reload; the browser's Back and Forward work. */
export class Router {
  #path = location.pathname;

  constructor(
    /** `message`: at which the room is to open; null: where the newest is. */
    private readonly arrived: (place: Place, message: number | null) => void,
  ) {
    $(document).on('click', 'a.room-link, a.brand', (event) => this.#clicked(event));
    $(window).on('popstate', () => this.#arrive(location.pathname));
  }

  start(): void {
    this.arrived(placeOf(this.#path), messageOf(this.#path));
  }

  go(place: Place): void {
    this.follow(pathOf(place));
  }

  follow(path: string): void {
    if (path === this.#path) return;
    history.pushState(null, '', path);
    this.#arrive(path);
  }

  /** The reader is in the room, and no longer at the message they came for. */
  leftMessage(): void {
    if (messageOf(this.#path) === null) return;
    this.#path = pathOf(placeOf(this.#path));
    history.replaceState(null, '', this.#path);
  }

  /** A change behind the `#` of an address leads to where one is. */
  #arrive(path: string): void {
    if (path === this.#path) return;
    this.#path = path;
    this.arrived(placeOf(path), messageOf(path));
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
