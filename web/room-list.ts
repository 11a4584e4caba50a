import $ from 'jquery';
import type { RoomName, RoomState, RoomSummary } from '../protocol/frames.ts';
import { type Place, pathOf } from './address.ts';
import { get } from './ajax.ts';
import { type Answer, reasonOf } from './answer.ts';
import { fromTemplate } from './fragment.ts';
import { RoomReads } from './room-reads.ts';
import { ROOM_SUMMARY } from './server-frame.ts';
import { hasKeys, isArrayOf, isCount, isRecord, isText } from './shape.ts';
import { placeIn } from './sorted-place.ts';
import { words } from './words.ts';

const collator = new Intl.Collator();

/** The rooms, how many are in each, and which hold something new. */
export class RoomList {
  readonly #list = $('#rooms');
  readonly #rooms = new Map<string, RoomSummary>();
  readonly #rows = new Map<string, JQuery>();
  /** In the order of the list. */
  readonly #order: RoomName[] = [];
  readonly #reads = new RoomReads();
  /** What changed since the rooms were asked for last: the answer may be older. */
  #heard = new Set<string>();
  #current: Place = null;

  async load(): Promise<void> {
    const heard = new Set<string>();
    this.#heard = heard;
    const answer = await loadRooms();
    if (heard !== this.#heard) return;
    $('#rooms-error')
      .text(Array.isArray(answer) ? '' : reasonOf(answer))
      .prop('hidden', Array.isArray(answer));
    if (Array.isArray(answer)) for (const room of answer) this.#loaded(room, heard);
  }

  /** What changed in some of the rooms. */
  changed(rooms: readonly RoomSummary[]): void {
    for (const room of rooms) {
      this.#heard.add(room.slug);
      this.#put(room);
    }
  }

  renamed(room: RoomName): void {
    const known = this.#rooms.get(room.slug);
    if (known !== undefined) this.changed([{ ...known, ...room }]);
  }

  read(slug: string, seq: number): void {
    this.#reads.move(slug, seq);
    this.#markUnread(slug);
  }

  inHistory(epoch: string): void {
    this.#reads.in(epoch);
  }

  open(place: Place): void {
    this.#current = place;
    for (const [slug, row] of this.#rows) this.#markCurrent(slug, row);
  }

  nameOf(slug: string): string {
    return this.#rooms.get(slug)?.name ?? slug;
  }

  #loaded(room: RoomState, heard: ReadonlySet<string>): void {
    this.#reads.move(room.slug, room.read);
    if (heard.has(room.slug)) this.#markUnread(room.slug);
    else this.#put(room);
  }

  #put(room: RoomSummary): void {
    const known = this.#rooms.get(room.slug);
    this.#rooms.set(room.slug, room);
    const row = this.#rows.get(room.slug) ?? this.#newRow(room.slug);
    row.find('.name').text(room.name);
    row.find('.here').text(room.people).attr('title', words.peopleInRoom(room.people));
    this.#markUnread(room.slug);
    if (known?.name !== room.name) this.#place(room, row);
  }

  #markUnread(slug: string): void {
    const isUnread = (this.#rooms.get(slug)?.last ?? 0) > this.#reads.of(slug);
    const row = this.#rows.get(slug) ?? $();
    row.find('.room').toggleClass('unread', isUnread);
    row.find('.unread-mark').text(words.unread).prop('hidden', !isUnread);
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
    const was = this.#order.findIndex(({ slug }) => slug === room.slug);
    if (was >= 0) this.#order.splice(was, 1);
    const at = placeIn(this.#order, (other) => inOrder(other, room) < 0);
    const next = this.#rows.get(this.#order[at]?.slug ?? '');
    this.#order.splice(at, 0, room);
    if (next === undefined) this.#list.append(row);
    else row.insertBefore(next);
  }
}

function inOrder(a: RoomName, b: RoomName): number {
  return collator.compare(a.name, b.name) || (a.slug < b.slug ? -1 : 1);
}

/** All pages of them, or the answer that was none. */
async function loadRooms(): Promise<RoomState[] | Answer> {
  const all: RoomState[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const answer = await get(`/api/rooms${next === '' ? '' : `?after=${encodeURIComponent(next)}`}`);
    const { status, body } = answer;
    if (status !== 200 || !isRecord(body) || !isRooms(body.rooms)) return answer;
    all.push(...body.rooms);
    next = isText(body.next) && body.next !== '' ? body.next : null;
  }
  return all;
}

function isRooms(value: unknown): value is RoomState[] {
  return isArrayOf(hasKeys({ ...ROOM_SUMMARY, read: isCount }))(value);
}
