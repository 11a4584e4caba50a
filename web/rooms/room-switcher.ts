import $ from 'jquery';
import { Dialog } from '../browser/dialog.ts';
import { cloneTemplate } from '../browser/template.ts';
import type { RoomSlug } from '../browser/urls.ts';
import type { RecentRooms } from './recent-rooms.ts';
import { showUnread } from './room-list.ts';
import { findRooms } from './room-search.ts';
import type { KnownRoom, Rooms } from './rooms.ts';
import { switcherActionOf } from './switcher-keys.ts';

/** More rooms are found by typing more. */
const SHOWN = 40;

export interface SwitcherParts {
  readonly rooms: Rooms;
  readonly recent: RecentRooms;
  readonly openRoom: () => RoomSlug | null;
  readonly go: (slug: string) => void;
}

/** A dialog to go to a room by name, with the keyboard alone. */
export class Switcher {
  readonly #dialog = new Dialog('#switcher');
  readonly #box = $('#switcher-box');
  readonly #list = $('#switcher-list');
  #found: readonly KnownRoom[] = [];
  #selected = 0;

  constructor(private readonly parts: SwitcherParts) {
    $('.open-switcher').on('click', () => this.open());
    this.#box.on('input', () => this.#search());
    this.#box.on('keydown', (event) => this.#onKey(event));
    this.#list.on('click', '.option', (event) => this.#openRoom($(event.currentTarget).index()));
  }

  open(): void {
    this.#box.val('');
    this.#dialog.open();
    this.#search();
  }

  #search(): void {
    const { rooms, recent, openRoom } = this.parts;
    const ranking = { recent: recent.slugs, open: openRoom() };
    this.#found = findRooms(rooms.all, String(this.#box.val() ?? ''), ranking).slice(0, SHOWN);
    this.#list.empty().append(this.#found.map(optionOf));
    $('#switcher-none').prop('hidden', this.#found.length > 0);
    this.#select(0);
  }

  #onKey(event: JQuery.KeyDownEvent): void {
    const { originalEvent } = event;
    const action = originalEvent === undefined ? null : switcherActionOf(originalEvent);
    if (action === null) return;
    event.preventDefault();
    if (action === 'open') this.#openRoom(this.#selected);
    else this.#select(this.#selected + (action === 'next' ? 1 : -1));
  }

  /** Wraps around at both ends. The focus stays in the box. */
  #select(at: number): void {
    const options = this.#list.children();
    this.#selected = options.length === 0 ? 0 : (at + options.length) % options.length;
    options.removeAttr('aria-selected');
    const option = options.eq(this.#selected).attr('aria-selected', 'true');
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
