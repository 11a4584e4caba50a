import $ from 'jquery';
import { isArrayOf, isRecord, isText } from '../../protocol/shape.ts';
import { get } from '../api/http.ts';
import { type ApiResponse, reasonOf } from '../api/response.ts';
import { type RoomSlug, roomApiPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import { avatar } from './avatar.ts';
import { Roster } from './roster.ts';

/** S38: the users present in the room; rebuilt from every list that arrives. */
export class PeopleList {
  readonly #list = $('#people');
  readonly #more = $('#more-people');
  readonly #rows = new Map<string, JQuery>();
  #roster = new Roster();
  #room: RoomSlug | null = null;

  constructor(private readonly me: string) {
    this.#more.on('click', () => void this.#loadMore());
  }

  /** The names known on this page; in a crowd not all. */
  get names(): readonly string[] {
    return this.#roster.names;
  }

  setList(users: readonly string[], count: number): void {
    this.#roster.setList(users, count);
    this.#draw();
  }

  removeUser(user: string): void {
    this.#roster.remove(user);
  }

  /** Shows an empty list until the first frame of the room arrives. */
  open(room: RoomSlug | null): void {
    this.#room = room;
    this.clear();
  }

  clear(): void {
    this.#roster = new Roster();
    this.#draw();
  }

  #draw(): void {
    const { names, count, missing } = this.#roster;
    this.#drawRows(names);
    $('#people-count').text(messages.peopleHere(count));
    $('#show-people-count').text(count === 0 ? '' : messages.count(count));
    $('#show-people').attr('aria-label', messages.people(count));
    $('#alone').prop('hidden', count !== 1 || names[0] !== this.me);
    this.#more.text(messages.morePeople(missing)).prop('hidden', missing === 0);
  }

  /** Unchanged rows are not touched: a list of a thousand names arrives twice a second. */
  #drawRows(names: readonly string[]): void {
    const wanted = new Set(names);
    for (const [name, row] of this.#rows) if (!wanted.has(name)) this.#removeRow(name, row);
    let next = this.#list.children().first();
    for (const name of names) {
      const row = this.#rows.get(name) ?? this.#createRow(name);
      if (row[0] === next[0]) next = next.next();
      else if (next.length > 0) row.insertBefore(next);
      else this.#list.append(row);
    }
  }

  #removeRow(name: string, row: JQuery): void {
    row.remove();
    this.#rows.delete(name);
  }

  #createRow(user: string): JQuery {
    const name = $('<span>', { class: 'name', dir: 'auto', title: user }).text(user);
    const row = $('<li>').append(avatar(user).addClass('small'), name);
    if (user === this.me) row.append($('<span>', { class: 'you' }).text(messages.you));
    this.#rows.set(user, row);
    return row;
  }

  async #loadMore(): Promise<void> {
    const [room, roster] = [this.#room, this.#roster];
    if (room === null || this.#more.attr('aria-disabled') === 'true') return;
    this.#more.attr('aria-disabled', 'true');
    const response = await get(`${roomApiPath(room)}/people?after=${encodeURIComponent(roster.lastName)}`);
    this.#more.removeAttr('aria-disabled');
    if (roster === this.#roster) this.#onPage(response);
  }

  #onPage(response: ApiResponse): void {
    const users = usersIn(response);
    $('#people-error')
      .text(users === null ? reasonOf(response) : '')
      .prop('hidden', users !== null);
    this.#roster.addPage(users ?? []);
    this.#draw();
  }
}

function usersIn({ status, body }: ApiResponse): readonly string[] | null {
  if (status !== 200 || !isRecord(body)) return null;
  return isTexts(body.users) ? body.users : null;
}

function isTexts(value: unknown): value is readonly string[] {
  return isArrayOf(isText)(value);
}
