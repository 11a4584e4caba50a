import $ from 'jquery';
import type { RoomName } from '../../protocol/frames.ts';
import type { Composer } from '../composer/composer.ts';
import { messages } from '../locale/en.ts';
import type { TitleBadge } from '../notifications/title-badge.ts';

/** Shows the name and the topic of the open room, or that it is empty or closed. */
export class RoomHeader {
  readonly #empty = $('#empty-room');
  #isClosed = false;

  constructor(
    private readonly slug: string,
    private readonly composer: Composer,
    private readonly title: TitleBadge,
  ) {
    this.#empty.prop('hidden', true);
    $('#composer').prop('hidden', false);
  }

  showRoom({ slug, name, topic }: RoomName): void {
    if (slug !== this.slug) return;
    this.title.setRoom(slug, name);
    $('#room-name').text(name).attr('title', name);
    $('#topic').text(topic).attr('title', topic);
    this.composer.setRoomName(name);
  }

  showEmpty(isEmpty: boolean): void {
    if (!this.#isClosed) this.#empty.text(messages.emptyRoom).prop('hidden', !isEmpty);
  }

  showClosed(): void {
    this.#isClosed = true;
    $('#composer').prop('hidden', true);
    this.#empty.text(messages.roomHidden).prop('hidden', false);
  }
}
