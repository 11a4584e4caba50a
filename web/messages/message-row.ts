import $ from 'jquery';
import type { MessageState } from '../../protocol/frames.ts';
import type { CurrentUser } from '../api/current-user.ts';
import { cloneElement, cloneTemplate, requirePart } from '../browser/template.ts';
import { messages } from '../locale/en.ts';
import { mentions } from '../markup/parser.ts';
import { renderText } from '../markup/renderer.ts';
import type { OutgoingMessage } from '../outbox/outgoing-message.ts';
import { avatar } from '../people/avatar.ts';

const BLOCK = 'p, blockquote, .code';
const MINUTE_MS = 60_000;
/** Every row has names of its own for its parts. */
let rowsMade = 0;

/**
 * One message on the page. A row of one's own is made when it is written, and stays the same node for ever. In a flood
 * rows are made by the hundred: what few of them need is made when it is needed.
 */
export class MessageRow {
  /** As it was written. */
  text = '';
  /** When it was written: the server's time, once it is stored. */
  at = 0;
  readonly element = cloneElement('#message-template');
  readonly node = $(this.element);
  readonly #text = requirePart(this.element, '.text');
  readonly #time = requirePart(this.element, 'time');
  readonly #edited = requirePart(this.element, '.edited');
  #opens: boolean | null = null;

  constructor(
    private readonly me: CurrentUser,
    readonly user: string,
  ) {
    const author = requirePart(this.element, '.author');
    author.textContent = user;
    this.#name(author, this.#text, this.#time);
    if (!this.isOwn) return;
    this.element.classList.add('own');
    $('<span>', { class: 'you' }).text(messages.you).insertAfter(author).before(' ');
  }

  get isOwn(): boolean {
    return this.user === this.me.name;
  }

  show(message: MessageState): void {
    this.element.dataset.seq = String(message.seq);
    this.#showTime(message.timestamp);
    this.#say(message.message);
    this.#edited.hidden = message.edited === undefined;
    this.normal();
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
    this.element.classList.toggle('opens', opens);
    if (opens) this.node.prepend(avatar(this.user));
    else this.node.children('.face').remove();
  }

  waiting({ nonce, text }: OutgoingMessage): void {
    this.element.dataset.nonce = nonce;
    this.element.classList.add('waiting');
    this.#showTime(new Date().toISOString());
    this.#say(text);
    this.fate(messages.waiting);
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
    const known = this.node.children('.fate');
    const fate = known.length > 0 ? known : cloneTemplate('#fate-template').appendTo(this.node);
    fate.find('.why').text(why);
  }

  normal(): void {
    this.element.classList.remove('waiting', 'refused', 'failed');
    this.element.querySelector(':scope > .fate')?.remove();
  }

  #say(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#render();
  }

  #render(): void {
    this.#text.replaceChildren(renderText(this.text, this.me.name));
    this.#text.classList.toggle('in-blocks', this.#text.firstElementChild?.matches(BLOCK) ?? false);
  }

  #showTime(iso: string): void {
    const when = new Date(iso);
    if (Number.isNaN(when.getTime()) || when.getTime() === this.at) return;
    this.at = when.getTime();
    this.#time.setAttribute('datetime', iso);
    const told = minuteOf(when);
    this.#time.title = told.full;
    this.#time.textContent = told.short;
  }

  /** Who comes to it is told who, what and when, in this order. */
  #name(...parts: readonly HTMLElement[]): void {
    rowsMade++;
    for (const [at, part] of parts.entries()) part.id = `message-${rowsMade}-${at}`;
    this.element.setAttribute('aria-labelledby', parts.map(({ id }) => id).join(' '));
  }
}

interface Minute {
  readonly number: number;
  readonly short: string;
  readonly full: string;
}

let lastMinute: Minute = { number: Number.NaN, short: '', full: '' };

/** Messages come in the order of time: most are of the minute of the one before. */
function minuteOf(when: Date): Minute {
  const number = Math.floor(when.getTime() / MINUTE_MS);
  if (number !== lastMinute.number) lastMinute = { number, short: messages.time(when), full: messages.fullTime(when) };
  return lastMinute;
}
