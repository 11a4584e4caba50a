import $ from 'jquery';
import { cloneTemplate } from '../browser/template.ts';
import { type RoomSlug, roomPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import type { KnownRoom, RoomsView } from './rooms.ts';

export interface RoomListParts {
  readonly hasDraft: (slug: string) => boolean;
  /** Has all rooms told once more, the last one first. */
  readonly tellAgain: () => void;
}

/** The rooms, one below the other, how many people are in each, and how much is new. */
export class RoomList implements RoomsView {
  readonly #list: JQuery;
  readonly #rows = new Map<string, JQuery>();
  #current: RoomSlug | null = null;
  /** Some rows do not stand where they belong. */
  #isStirred = false;

  constructor(
    list: string,
    private readonly template: string,
    private readonly parts: RoomListParts,
  ) {
    // Only afterwards it is known where the focus went.
    this.#list = $(list).on('mouseleave focusout', () => setTimeout(() => this.#settle()));
  }

  changed(room: KnownRoom, next: string | null): void {
    const row = this.#rows.get(room.slug) ?? this.#newRow(room.slug);
    row.find('.name').text(room.name);
    row.find('.topic').text(room.topic);
    this.#showPeople(row, room.people);
    row.find('.draft').prop('hidden', !this.parts.hasDraft(room.slug));
    showUnread(row.find('.room'), room.unread);
    this.#place(row, next);
  }

  open(place: RoomSlug | null): void {
    this.#current = place;
    for (const [slug, row] of this.#rows) this.#markCurrent(slug, row);
  }

  #newRow(slug: string): JQuery {
    const row = cloneTemplate(this.template).attr('data-slug', slug);
    row.find('a').attr({ href: roomPath(slug), 'data-room': slug });
    this.#rows.set(slug, row);
    this.#markCurrent(slug, row);
    return row;
  }

  /** Who is there stands beside the name, what is new at the other end: neither is taken for the other. */
  #showPeople(row: JQuery, count: number): void {
    const sentence = messages.peopleInRoom(count);
    row
      .find('.here')
      .attr('title', sentence)
      .prop('hidden', count === 0)
      .find('span')
      .text(count);
    row.find('.here-words').text(sentence);
  }

  #markCurrent(slug: string, row: JQuery): void {
    const link = row.find('a');
    if (slug === this.#current) link.attr('aria-current', 'page');
    else link.removeAttr('aria-current');
  }

  /** What stands where it belongs is not touched: it may hold the focus. */
  #place(row: JQuery, next: string | null): void {
    const isShown = row.parent().length > 0;
    if (isShown && (row.next().attr('data-slug') ?? null) === next) return;
    const following = this.#rows.get(next ?? '');
    if (this.#isHeld) this.#isStirred = true;
    if (following !== undefined && !this.#isHeld) row.insertBefore(following);
    else if (!isShown || !this.#isHeld) this.#list.append(row);
  }

  /** Nothing moves under a pointer, or around the focus: what is new waits at the end. */
  get #isHeld(): boolean {
    return this.#list.is(':hover, :focus-within');
  }

  #settle(): void {
    if (!this.#isStirred || this.#isHeld) return;
    this.#isStirred = false;
    this.parts.tellAgain();
  }
}

/** The number for the eye, and what it counts for the ear; without a number, a dot. */
export function showUnread(place: JQuery, count: number | null): void {
  place.toggleClass('unread', count !== 0 && count !== null);
  const sentence = count === null ? messages.newToYou : messages.newMessages(count);
  place
    .find('.unread-mark')
    .attr('title', sentence)
    .prop('hidden', count === 0);
  place.find('.unread-count').text(count === null ? '' : messages.count(count));
  place.find('.unread-words').text(sentence);
}
