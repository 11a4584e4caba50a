import $ from 'jquery';
import { type Place, pathOf, placeOf } from './address.ts';

/** Goes from room to room without a reload; the browser's Back and Forward work. */
export class Router {
  #place: Place = placeOf(location.pathname);

  constructor(private readonly arrived: (place: Place) => void) {
    $(document).on('click', 'a.room-link, a.brand', (event) => this.#clicked(event));
    $(window).on('popstate', () => this.#arrive(placeOf(location.pathname)));
  }

  start(): void {
    this.arrived(this.#place);
  }

  go(place: Place): void {
    if (place === this.#place) return;
    history.pushState(null, '', pathOf(place));
    this.#arrive(place);
  }

  /** A change behind the `#` of an address leads to where one is. */
  #arrive(place: Place): void {
    if (place === this.#place) return;
    this.#place = place;
    this.arrived(place);
  }

  /** A click that wants a new tab or a window gets one. */
  #clicked(event: JQuery.ClickEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link: unknown = event.currentTarget;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    this.go(placeOf(link.pathname));
  }
}
