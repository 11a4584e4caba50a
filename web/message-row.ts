import $ from 'jquery';
import type { MessageState } from '../protocol/frames.ts';
import { fromTemplate } from './fragment.ts';
import { mentions } from './markup.ts';
import { renderText } from './markup-view.ts';
import type { Parcel } from './outbox.ts';
import type { PageUser } from './page-user.ts';
import { words } from './words.ts';

/** One message on the page. A row of one's own is made when it is written, and stays the same node for ever. */
export class MessageRow {
  /** As it was written. */
  text = '';
  readonly node = fromTemplate('#message-template');

  constructor(
    private readonly me: PageUser,
    private readonly user: string,
  ) {
    this.node.find('.author').text(user);
    if (!this.isOwn) return;
    this.node.addClass('own');
    this.node.find('.you').text(words.you).prop('hidden', false);
  }

  show(message: MessageState): void {
    this.node.attr('data-seq', message.seq);
    this.#showTime(new Date(message.timestamp));
    this.#say(message.message);
    this.node.find('.edited').prop('hidden', message.edited === undefined);
    this.normal();
    this.node.find('.actions').prop('hidden', !this.isOwn && !this.me.isAdministrator);
    this.node.find('.edit').prop('hidden', !this.isOwn);
  }

  /** Names are known now that were not. */
  met(names: readonly string[]): void {
    if (names.some((name) => mentions(this.text, name))) this.#render();
  }

  waiting({ nonce, text }: Parcel): void {
    this.node.attr('data-nonce', nonce).addClass('waiting');
    this.#showTime(new Date());
    this.#say(text);
    this.fate(words.waiting);
  }

  refused(why: string): void {
    this.node.removeClass('waiting').addClass('refused');
    this.fate(why);
  }

  /** The message stands; what was wanted of it was not done. */
  failed(why: string): void {
    this.node.addClass('failed');
    this.fate(why);
  }

  fate(why: string): void {
    this.node.find('.why').text(why);
    this.node.find('.fate').prop('hidden', false);
  }

  normal(): void {
    this.node.removeClass('waiting refused failed');
    this.node.find('.fate').prop('hidden', true);
  }

  get isOwn(): boolean {
    return this.user === this.me.name;
  }

  #say(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#render();
  }

  #render(): void {
    this.node.find('.text').empty().append(renderText(this.text, this.me.name));
  }

  #showTime(when: Date): void {
    if (Number.isNaN(when.getTime())) return;
    const time = this.node.find('time');
    time.attr({ datetime: when.toISOString(), title: words.fullTime(when) });
    writeTime(time);
  }
}

/** For those of today the hour is enough; so another day changes what stands there. */
export function rewriteTimes(): void {
  for (const time of $('#messages time[datetime]')) writeTime($(time));
}

function writeTime(time: JQuery): void {
  time.text(words.clock(new Date(time.attr('datetime') ?? ''), new Date()));
}

export function systemLine(text: string): JQuery {
  return $('<p>', { class: 'system', dir: 'auto' }).text(text);
}
