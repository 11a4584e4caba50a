import $ from 'jquery';
import type { MessageState } from '../protocol/frames.ts';
import { fromTemplate } from './fragment.ts';
import type { Parcel } from './outbox.ts';
import { words } from './words.ts';

/** One message on the page. A row of one's own is made when it is written, and stays the same node for ever. */
export class MessageRow {
  readonly node = fromTemplate('#message-template');

  constructor(me: string, user: string) {
    this.node.find('.author').text(user);
    if (user !== me) return;
    this.node.addClass('own');
    this.node.find('.you').text(words.you).prop('hidden', false);
  }

  show(message: MessageState): void {
    this.node.attr('data-seq', message.seq);
    this.#showTime(new Date(message.timestamp));
    this.node.find('.text').text(message.message);
    this.node.find('.edited').prop('hidden', message.edited === undefined);
    this.normal();
    this.node.find('.actions').prop('hidden', !this.node.hasClass('own'));
  }

  waiting({ nonce, text }: Parcel): void {
    this.node.attr('data-nonce', nonce).addClass('waiting');
    this.#showTime(new Date());
    this.node.find('.text').text(text);
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

  #showTime(when: Date): void {
    if (Number.isNaN(when.getTime())) return;
    this.node
      .find('time')
      .attr({ datetime: when.toISOString(), title: words.fullTime(when) })
      .text(words.clock(when, new Date()));
  }
}

export function systemLine(text: string): JQuery {
  return $('<p>', { class: 'system', dir: 'auto' }).text(text);
}
