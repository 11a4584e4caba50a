import type { MessageState } from '../protocol/frames.ts';
import { face } from './face.ts';
import { fromTemplate } from './fragment.ts';
import { mentions } from './markup.ts';
import { renderText } from './markup-view.ts';
import type { Parcel } from './outbox.ts';
import type { PageUser } from './page-user.ts';
import { words } from './words.ts';

/** Every row has names of its own for its parts. */
let rowsMade = 0;

/** One message on the page. A row of one's own is made when it is written, and stays the same node for ever. */
export class MessageRow {
  /** As it was written. */
  text = '';
  /** When it was written: the server's time, once it is stored. */
  at = Date.now();
  readonly node = fromTemplate('#message-template');
  readonly #time = this.node.find('time');
  #opens: boolean | null = null;

  constructor(
    private readonly me: PageUser,
    readonly user: string,
  ) {
    this.node.find('.author').text(user);
    this.#nameParts();
    if (!this.isOwn) return;
    this.node.addClass('own');
    this.node.find('.you').text(words.you).prop('hidden', false);
  }

  get element(): HTMLElement | undefined {
    return this.node[0];
  }

  get isOwn(): boolean {
    return this.user === this.me.name;
  }

  /** `address`: where this message, and no other, is to be found. */
  show(message: MessageState, address: string): void {
    this.node.attr('data-seq', message.seq);
    this.#showTime(new Date(message.timestamp));
    this.#say(message.message);
    this.node.find('.edited').prop('hidden', message.edited === undefined);
    this.normal();
    this.node.find('.actions').prop('hidden', false);
    this.node.find('.edit').prop('hidden', !this.isOwn);
    this.node.find('.delete').prop('hidden', !this.isOwn && !this.me.isAdministrator);
    this.node.find('.copy-link').attr('href', address);
  }

  /** Names are known now that were not. */
  met(names: readonly string[]): void {
    if (names.some((name) => mentions(this.text, name))) this.#render();
  }

  /** The first one of a group says whose they all are. */
  stands(place: 'first' | 'among others'): void {
    const opens = place === 'first';
    if (opens === this.#opens) return;
    this.#opens = opens;
    this.node.toggleClass('opens', opens);
    if (opens) this.node.prepend(face(this.user));
    else this.node.find('> .face').remove();
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
    this.at = when.getTime();
    this.#time.attr({ datetime: when.toISOString(), title: words.fullTime(when) }).text(words.time(when));
  }

  /** Who comes to it is told who, what and when, in this order. */
  #nameParts(): void {
    const name = `message-${++rowsMade}`;
    const parts = ['author', 'text', 'time'].map((part) => `${name}-${part}`);
    for (const [at, selector] of ['.author', '.text', 'time'].entries()) {
      this.node.find(selector).attr('id', parts[at] ?? '');
    }
    this.node.attr('aria-labelledby', parts.join(' '));
  }
}
