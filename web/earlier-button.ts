import $ from 'jquery';
import type { MessageState } from '../protocol/frames.ts';
import { HISTORY_PAGE } from '../protocol/limits.ts';
import { apiOf } from './address.ts';
import { get } from './ajax.ts';
import type { Conversation } from './conversation.ts';
import type { EarlierPage } from './earlier-pages.ts';
import { isMessage } from './server-frame.ts';
import { isArrayOf, isRecord } from './shape.ts';
import { words } from './words.ts';

/** Brings what came before, a page at a press. */
export class EarlierButton {
  readonly #line = $('#earlier-line');
  readonly #button = $('#earlier');
  #isClosed = false;

  constructor(
    private readonly room: string,
    private readonly conversation: Conversation,
    private readonly keepingPlace: (change: () => void) => void,
  ) {
    this.#button.on('click', () => this.#press());
    this.#button.text(words.earlier);
    this.update();
  }

  close(): void {
    this.#button.off('click');
    this.#isClosed = true;
  }

  update(): void {
    this.#line.prop('hidden', !this.conversation.hasEarlier);
  }

  #press(): void {
    const page = this.conversation.askEarlier();
    if (page === null) return;
    this.#button.attr('aria-disabled', 'true').text(words.loadingEarlier);
    void this.#load(page);
  }

  async #load(page: EarlierPage): Promise<void> {
    const query = `before=${page.before}&limit=${HISTORY_PAGE}`;
    const { status, body } = await get(`${apiOf(this.room)}/messages?${query}`);
    const messages = status === 200 && isRecord(body) && isMessages(body.messages) ? body.messages : null;
    if (!this.#isClosed) this.keepingPlace(() => this.#came(page, messages));
  }

  #came(page: EarlierPage, messages: MessageState[] | null): void {
    if (messages === null) this.conversation.earlierFailed(page);
    else this.conversation.earlierCame(page, messages, HISTORY_PAGE);
    this.#button.removeAttr('aria-disabled').text(messages === null ? words.earlierFailed : words.earlier);
    this.update();
  }
}

function isMessages(value: unknown): value is MessageState[] {
  return isArrayOf(isMessage)(value);
}
