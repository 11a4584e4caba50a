import $ from 'jquery';
import { Dialog } from '../browser/dialog.ts';
import { cloneTemplate } from '../browser/template.ts';
import type { RoomSlug } from '../browser/urls.ts';
import type { RecentRooms } from './recent-rooms.ts';
import { showUnread } from './room-list.ts';
import { findRooms } from './room-search.ts';
import type { KnownRoom, Rooms } from './rooms.ts';
import { switcherActionOf } from './switcher-keys.ts';

/** More are found by typing on. */
const SHOWN = 40;

export interface SwitcherParts {
  readonly rooms: Rooms;
  readonly recent: RecentRooms;
  /** Where one is. */
  readonly open: () => RoomSlug | null;
  readonly go: (slug: string) => void;
}

/** Going to a room by its name, with the keyboard alone. */
export class Switcher {
  readonly #dialog = new Dialog('#switcher');
  readonly #box = $('#switcher-box');
  readonly #list = $('#switcher-list');
  #found: readonly KnownRoom[] = [];
  #chosen = 0;

  constructor(private readonly parts: SwitcherParts) {
    $('.open-switcher').on('click', () => this.open());
    this.#box.on('input', () => this.#find());
    this.#box.on('keydown', (event) => this.#onKey(event));
    this.#list.on('click', '.option', (event) => this.#openRoom($(event.currentTarget).index()));
  }

  open(): void {
    this.#box.val('');
    this.#dialog.open();
    this.#find();
  }

  #find(): void {
    const { rooms, recent, open } = this.parts;
    const standing = { recent: recent.slugs, open: open() };
    this.#found = findRooms(rooms.all, String(this.#box.val() ?? ''), standing).slice(0, SHOWN);
    this.#list.empty().append(this.#found.map(optionOf));
    $('#switcher-none').prop('hidden', this.#found.length > 0);
    this.#choose(0);
  }

  #onKey(event: JQuery.KeyDownEvent): void {
    const { originalEvent } = event;
    const action = originalEvent === undefined ? null : switcherActionOf(originalEvent);
    if (action === null) return;
    event.preventDefault();
    if (action === 'open') this.#openRoom(this.#chosen);
    else this.#choose(this.#chosen + (action === 'next' ? 1 : -1));
  }

  /** Around the ends. The focus stays in the box. */
  #choose(at: number): void {
    const options = this.#list.children();
    this.#chosen = options.length === 0 ? 0 : (at + options.length) % options.length;
    options.removeAttr('aria-selected');
    const option = options.eq(this.#chosen).attr('aria-selected', 'true');
    this.#box.attr('aria-activedescendant', option.attr('id') ?? '');
    option[0]?.scrollIntoView({ block: 'nearest' });
  }

  #openRoom(at: number): void {
    const room = this.#found[at];
    if (room === undefined) return;
    this.#dialog.close();
    this.parts.go(room.slug);
  }
}

function optionOf(room: KnownRoom, at: number): JQuery {
  const option = cloneTemplate('#option-template').attr('id', `option-${at}`);
  option.find('.name').text(room.name);
  option.find('.topic').text(room.topic);
  showUnread(option, room.unread);
  return option;
}
