import $ from 'jquery';
import { words } from './words.ts';

/** S38: who is here, rebuilt from every list that comes. */
export class PeopleList {
  readonly #list = $('#people');
  readonly #toggle = $('#show-people');

  constructor(private readonly me: string) {
    this.#toggle.on('click', () => this.#show(this.#toggle.attr('aria-expanded') !== 'true'));
    $(document).on('keydown', (event) => {
      if (event.key === 'Escape') this.#show(false);
    });
    this.clear();
  }

  show(users: readonly string[], count: number): void {
    this.#list.empty().append(users.map((user) => this.#row(user)));
    $('#people-count').text(words.peopleHere(count));
    this.#toggle.text(words.people(count));
    $('#more-people')
      .text(words.morePeople(count - users.length))
      .prop('hidden', count <= users.length);
  }

  clear(): void {
    this.show([], 0);
    this.#show(false);
  }

  #row(user: string): JQuery {
    const row = $('<li>').append($('<span>', { class: 'name', dir: 'auto' }).text(user));
    return user === this.me ? row.append($('<span>', { class: 'you' }).text(words.you)) : row;
  }

  /** Only a narrow window hides the people. */
  #show(open: boolean): void {
    this.#toggle.attr('aria-expanded', String(open));
    $('#people-pane').toggleClass('open', open);
  }
}
