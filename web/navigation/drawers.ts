import $ from 'jquery';

interface Drawer {
  readonly name: 'rooms' | 'people';
  readonly toggle: JQuery;
  readonly pane: JQuery;
}

/** Wider than this every pane has its place; as in rooms-pane.css. */
const NARROW = '(max-width: 760px)';

/** In a narrow window rooms and people come in from the sides, over a conversation that does not move. */
export class Drawers {
  readonly #drawers: readonly Drawer[] = [
    { name: 'rooms', toggle: $('#show-rooms'), pane: $('#rooms-pane') },
    { name: 'people', toggle: $('#show-people'), pane: $('#people-pane') },
  ];
  #open: Drawer | null = null;

  constructor() {
    for (const drawer of this.#drawers) {
      drawer.toggle.on('click', () => this.#show(drawer));
      drawer.pane.find('.close-drawer').on('click', () => this.close());
    }
    $('#backdrop').on('click', () => this.close());
    matchMedia(NARROW).addEventListener('change', () => this.close());
  }

  /** The focus goes back to where the drawer was opened. */
  close(): void {
    const drawer = this.#open;
    if (drawer === null) return;
    this.#open = null;
    this.#mark();
    drawer.toggle.trigger('focus');
  }

  #show(drawer: Drawer): void {
    this.#open = drawer;
    this.#mark();
    drawer.pane.find('[aria-current], .close-drawer').first().trigger('focus');
  }

  /** Whatever is not in the open drawer is out of reach. */
  #mark(): void {
    const open = this.#open;
    for (const { name, toggle, pane } of this.#drawers) {
      toggle.attr('aria-expanded', String(open?.name === name));
      pane.toggleClass('open', open?.name === name).prop('inert', open !== null && open.name !== name);
    }
    $('main, .skip').prop('inert', open !== null);
    $('#backdrop').prop('hidden', open === null);
  }
}
