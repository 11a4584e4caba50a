import $ from 'jquery';

interface Drawer {
  readonly name: 'rooms' | 'people';
  readonly toggle: JQuery;
  readonly pane: JQuery;
}

/** Wider than this every pane has its place; as in rooms-pane.css. */
const NARROW = '(max-width: 760px)';

/** In a narrow window the panes of rooms and people slide in over the timeline, which does not move. */
export class Drawers {
  readonly #drawers: readonly Drawer[] = [
    { name: 'rooms', toggle: $('#show-rooms'), pane: $('#rooms-pane') },
    { name: 'people', toggle: $('#show-people'), pane: $('#people-pane') },
  ];
  #open: Drawer | null = null;

  constructor() {
    for (const drawer of this.#drawers) {
      drawer.toggle.on('click', () => this.#openDrawer(drawer));
      drawer.pane.find('.close-drawer').on('click', () => this.close());
    }
    $('#backdrop').on('click', () => this.close());
    matchMedia(NARROW).addEventListener('change', () => this.close());
  }

  /** The focus returns to the button that opened the drawer. */
  close(): void {
    const drawer = this.#open;
    if (drawer === null) return;
    this.#open = null;
    this.#showState();
    drawer.toggle.trigger('focus');
  }

  #openDrawer(drawer: Drawer): void {
    this.#open = drawer;
    this.#showState();
    drawer.pane.find('[aria-current], .close-drawer').first().trigger('focus');
  }

  /** While a drawer is open, everything outside it is inert. */
  #showState(): void {
    const open = this.#open;
    for (const { name, toggle, pane } of this.#drawers) {
      toggle.attr('aria-expanded', String(open?.name === name));
      pane.toggleClass('open', open?.name === name).prop('inert', open !== null && open.name !== name);
    }
    $('main, .skip').prop('inert', open !== null);
    $('#backdrop').prop('hidden', open === null);
  }
}
