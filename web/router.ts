import $ from 'jquery';
import { type Place, pathOf, placeOf } from './address.ts';

/** Goes from room to room without a reload; the browser's Back and Forward work. */
export class Router {
  constructor(private readonly arrived: (place: Place) => void) {
    $(document).on('click', 'a.room-link, a.brand', (event) => this.#clicked(event));
    $(window).on('popstate', () => arrived(placeOf(location.pathname)));
  }

  start(): void {
    this.arrived(placeOf(location.pathname));
  }

  go(place: Place): void {
    if (place === placeOf(location.pathname)) return;
    history.pushState(null, '', pathOf(place));
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
