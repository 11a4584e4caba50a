import $ from 'jquery';
import type { RoomName, RoomState, RoomSummary } from '../protocol/frames.ts';
import { type Place, pathOf } from './address.ts';
import { get } from './ajax.ts';
import { fromTemplate } from './fragment.ts';
import { ROOM_SUMMARY } from './server-frame.ts';
import { hasKeys, isArrayOf, isCount, isRecord, isText } from './shape.ts';
import { words } from './words.ts';

type Known = RoomSummary & { readonly read: number };

const collator = new Intl.Collator();

/** The rooms, how many are in each, and which hold something new. */
export class RoomList {
  readonly #list = $('#rooms');
  readonly #rooms = new Map<string, Known>();
  readonly #rows = new Map<string, JQuery>();
  #current: Place = null;

  async load(): Promise<void> {
    const rooms = await loadRooms();
    $('#rooms-error')
      .text(words.noAnswer)
      .prop('hidden', rooms !== null);
    for (const room of rooms ?? []) this.#put(room);
  }

  /** What changed in some of the rooms. */
  changed(rooms: readonly RoomSummary[]): void {
    for (const room of rooms) this.#put({ ...room, read: this.#rooms.get(room.slug)?.read ?? 0 });
  }

  renamed(room: RoomName): void {
    const known = this.#rooms.get(room.slug);
    if (known !== undefined) this.#put({ ...known, ...room });
  }

  read(slug: string, seq: number): void {
    const known = this.#rooms.get(slug);
    if (known !== undefined && seq > known.read) this.#put({ ...known, read: seq });
  }

  open(place: Place): void {
    this.#current = place;
    for (const [slug, row] of this.#rows) this.#markCurrent(slug, row);
  }

  nameOf(slug: string): string {
    return this.#rooms.get(slug)?.name ?? slug;
  }

  #put(room: Known): void {
    const known = this.#rooms.get(room.slug);
    const read = Math.max(room.read, known?.read ?? 0);
    this.#rooms.set(room.slug, { ...room, read });
    const row = this.#rows.get(room.slug) ?? this.#newRow(room.slug);
    row.find('.name').text(room.name);
    row.find('.here').text(room.people).attr('title', words.peopleInRoom(room.people));
    row.find('.room').toggleClass('unread', room.last > read);
    row
      .find('.unread-mark')
      .text(words.unread)
      .prop('hidden', room.last <= read);
    if (known?.name !== room.name) this.#place(room, row);
  }

  #newRow(slug: string): JQuery {
    const row = fromTemplate('#room-template');
    row.find('a').attr('href', pathOf(slug)).attr('data-room', slug);
    this.#rows.set(slug, row);
    this.#markCurrent(slug, row);
    return row;
  }

  #markCurrent(slug: string, row: JQuery): void {
    const link = row.find('a');
    if (slug === this.#current) link.attr('aria-current', 'page');
    else link.removeAttr('aria-current');
  }

  #place(room: RoomName, row: JQuery): void {
    const next = [...this.#rooms.values()]
      .filter((other) => other.slug !== room.slug && inOrder(room, other) < 0)
      .sort(inOrder)[0];
    const before = next === undefined ? undefined : this.#rows.get(next.slug);
    if (before === undefined) this.#list.append(row);
    else row.insertBefore(before);
  }
}

function inOrder(a: RoomName, b: RoomName): number {
  return collator.compare(a.name, b.name) || (a.slug < b.slug ? -1 : 1);
}

/** All pages of them; null when they did not come. */
async function loadRooms(): Promise<RoomState[] | null> {
  const all: RoomState[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const { status, body } = await get(`/api/rooms${next === '' ? '' : `?after=${encodeURIComponent(next)}`}`);
    if (status !== 200 || !isRecord(body) || !isRooms(body.rooms)) return null;
    all.push(...body.rooms);
    next = isText(body.next) && body.next !== '' ? body.next : null;
  }
  return all;
}

function isRooms(value: unknown): value is RoomState[] {
  return isArrayOf(hasKeys({ ...ROOM_SUMMARY, read: isCount }))(value);
}
