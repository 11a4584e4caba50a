import $ from 'jquery';
import { isArrayOf, isRecord, isText } from '../../protocol/shape.ts';
import { get } from '../api/http.ts';
import { type ApiResponse, reasonOf } from '../api/response.ts';
import { type RoomSlug, roomApiPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import { avatar } from './avatar.ts';
import { Roster } from './roster.ts';

/** S38: who is here, made anew of every list that comes. */
export class PeopleList {
  readonly #list = $('#people');
  readonly #more = $('#more-people');
  readonly #rows = new Map<string, JQuery>();
  #here = new Roster();
  #room: RoomSlug | null = null;

  constructor(private readonly me: string) {
    this.#more.on('click', () => void this.#bringMore());
  }

  /** As far as they are known here. */
  get names(): readonly string[] {
    return this.#here.names;
  }

  show(users: readonly string[], count: number): void {
    this.#here.listed(users, count);
    this.#draw();
  }

  left(user: string): void {
    this.#here.left(user);
  }

  /** Nobody is known to be in this room yet. */
  open(room: RoomSlug | null): void {
    this.#room = room;
    this.clear();
  }

  clear(): void {
    this.#here = new Roster();
    this.#draw();
  }

  #draw(): void {
    const { names, count, missing } = this.#here;
    this.#drawRows(names);
    $('#people-count').text(messages.peopleHere(count));
    $('#show-people-count').text(count === 0 ? '' : messages.count(count));
    $('#show-people').attr('aria-label', messages.people(count));
    $('#alone').prop('hidden', count !== 1 || names[0] !== this.me);
    this.#more.text(messages.morePeople(missing)).prop('hidden', missing === 0);
  }

  /** Rows that stay are not touched: a list of a thousand comes twice a second. */
  #drawRows(names: readonly string[]): void {
    const wanted = new Set(names);
    for (const [name, row] of this.#rows) if (!wanted.has(name)) this.#drop(name, row);
    let next = this.#list.children().first();
    for (const name of names) {
      const row = this.#rows.get(name) ?? this.#newRow(name);
      if (row[0] === next[0]) next = next.next();
      else if (next.length > 0) row.insertBefore(next);
      else this.#list.append(row);
    }
  }

  #drop(name: string, row: JQuery): void {
    row.remove();
    this.#rows.delete(name);
  }

  #newRow(user: string): JQuery {
    const name = $('<span>', { class: 'name', dir: 'auto', title: user }).text(user);
    const row = $('<li>').append(avatar(user).addClass('small'), name);
    if (user === this.me) row.append($('<span>', { class: 'you' }).text(messages.you));
    this.#rows.set(user, row);
    return row;
  }

  async #bringMore(): Promise<void> {
    const [room, here] = [this.#room, this.#here];
    if (room === null || this.#more.attr('aria-disabled') === 'true') return;
    this.#more.attr('aria-disabled', 'true');
    const answer = await get(`${roomApiPath(room)}/people?after=${encodeURIComponent(here.last)}`);
    this.#more.removeAttr('aria-disabled');
    if (here === this.#here) this.#came(answer);
  }

  #came(answer: ApiResponse): void {
    const users = usersIn(answer);
    $('#people-error')
      .text(users === null ? reasonOf(answer) : '')
      .prop('hidden', users !== null);
    this.#here.came(users ?? []);
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
