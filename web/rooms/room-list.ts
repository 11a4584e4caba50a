import $ from 'jquery';
import { cloneTemplate } from '../browser/template.ts';
import { type RoomSlug, roomPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import type { KnownRoom, RoomsView } from './rooms.ts';

export interface RoomListParts {
  readonly hasDraft: (slug: string) => boolean;
  /** Shows all rooms again, last room first. */
  readonly updateAll: () => void;
}

/** The list of rooms, with the number of people and of unread messages in each. */
export class RoomList implements RoomsView {
  readonly #list: JQuery;
  readonly #rows = new Map<string, JQuery>();
  #current: RoomSlug | null = null;
  /** Some rows are not in their place. */
  #isOutOfOrder = false;

  constructor(
    list: string,
    private readonly template: string,
    private readonly parts: RoomListParts,
  ) {
    // The new focus is known only after the event.
    this.#list = $(list).on('mouseleave focusout', () => setTimeout(() => this.#restoreOrder()));
  }

  showRoom(room: KnownRoom, next: string | null): void {
    const row = this.#rows.get(room.slug) ?? this.#newRow(room.slug);
    row.find('.name').text(room.name);
    row.find('.topic').text(room.topic);
    this.#showPeople(row, room.people);
    row.find('.draft').prop('hidden', !this.parts.hasDraft(room.slug));
    showUnread(row.find('.room'), room.unread);
    this.#insertRow(row, next);
  }

  setCurrent(room: RoomSlug | null): void {
    this.#current = room;
    for (const [slug, row] of this.#rows) this.#markCurrent(slug, row);
  }

  #newRow(slug: string): JQuery {
    const row = cloneTemplate(this.template).attr('data-slug', slug);
    row.find('a').attr({ href: roomPath(slug), 'data-room': slug });
    this.#rows.set(slug, row);
    this.#markCurrent(slug, row);
    return row;
  }

  /** People are shown beside the name and unread messages at the other end, so that the numbers are not confused. */
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

  /** A row that is in its place is not touched: it may have the focus. */
  #insertRow(row: JQuery, next: string | null): void {
    const isShown = row.parent().length > 0;
    if (isShown && (row.next().attr('data-slug') ?? null) === next) return;
    const following = this.#rows.get(next ?? '');
    if (this.#isHeld) this.#isOutOfOrder = true;
    if (following !== undefined && !this.#isHeld) row.insertBefore(following);
    else if (!isShown || !this.#isHeld) this.#list.append(row);
  }

  /** Rows do not move while the list has the pointer or the focus: new rows wait at the end. */
  get #isHeld(): boolean {
    return this.#list.is(':hover, :focus-within');
  }

  #restoreOrder(): void {
    if (!this.#isOutOfOrder || this.#isHeld) return;
    this.#isOutOfOrder = false;
    this.parts.updateAll();
  }
}

/** Shows the number, and a sentence for screen readers; without a number, a dot. */
export function showUnread(element: JQuery, count: number | null): void {
  element.toggleClass('unread', count !== 0 && count !== null);
  const sentence = count === null ? messages.newToYou : messages.newMessages(count);
  element
    .find('.unread-mark')
    .attr('title', sentence)
    .prop('hidden', count === 0);
  element.find('.unread-count').text(count === null ? '' : messages.count(count));
  element.find('.unread-words').text(sentence);
}
