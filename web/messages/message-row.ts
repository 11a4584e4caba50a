import $ from 'jquery';
import type { MessageState } from '../../protocol/frames.ts';
import type { CurrentUser } from '../api/current-user.ts';
import { cloneElement, cloneTemplate, requirePart } from '../browser/template.ts';
import { messages } from '../locale/en.ts';
import { mentions } from '../markup/parser.ts';
import { renderText } from '../markup/renderer.ts';
import type { OutgoingMessage } from '../outbox/outgoing-message.ts';
import { avatar } from '../people/avatar.ts';

const MARKED_BLOCK = 'blockquote, .code';
const BLOCK = `p, ${MARKED_BLOCK}`;
const MINUTE_MS = 60_000;
/** Makes the ids of the rows' parts unique. */
let rowsMade = 0;

/**
 * One message on the page. The row of an own message is made when it is written, and stays the same node. During a
 * burst rows are made by the hundred: parts that few rows need are made only on demand.
 */
export class MessageRow {
  /** As written, with its marks. */
  text = '';
  /** When it was written: the server's time, once the message is stored. */
  at = 0;
  readonly element = cloneElement('#message-template');
  readonly node = $(this.element);
  readonly byline = requirePart(this.element, '.byline');
  readonly textElement = requirePart(this.element, '.text');
  readonly #time = requirePart(this.element, 'time');
  readonly #edited = requirePart(this.element, '.edited');
  #startsGroup: boolean | null = null;

  constructor(
    private readonly me: CurrentUser,
    readonly user: string,
  ) {
    const author = requirePart(this.element, '.author');
    author.textContent = user;
    this.#labelBy(author, this.textElement, this.#time);
    if (!this.isOwn) return;
    this.element.classList.add('own');
    $('<span>', { class: 'you' }).text(messages.you).insertAfter(author).before(' ');
  }

  get isOwn(): boolean {
    return this.user === this.me.name;
  }

  /** The first row of a group shows the author. */
  get startsGroup(): boolean {
    return this.#startsGroup === true;
  }

  /** The text begins with a quote or a block of code. */
  get startsWithBlock(): boolean {
    return this.textElement.firstElementChild?.matches(MARKED_BLOCK) ?? false;
  }

  /** As it is shown. */
  get time(): string {
    return this.#time.textContent;
  }

  showMessage(message: MessageState): void {
    this.element.dataset.seq = String(message.seq);
    this.#showTime(message.timestamp);
    this.#setText(message.message);
    this.#edited.hidden = message.edited === undefined;
    this.clearStatus();
  }

  /** These names became known after the text was rendered. */
  markMentionsOf(names: readonly string[]): void {
    if (names.some((name) => mentions(this.text, name))) this.#render();
  }

  setStartsGroup(startsGroup: boolean): void {
    if (startsGroup === this.#startsGroup) return;
    this.#startsGroup = startsGroup;
    this.element.classList.toggle('opens', startsGroup);
    if (startsGroup) this.node.prepend(avatar(this.user));
    else this.node.children('.face').remove();
  }

  showWaiting({ nonce, text }: OutgoingMessage): void {
    this.element.dataset.nonce = nonce;
    this.element.classList.add('waiting');
    this.#showTime(new Date().toISOString());
    this.#setText(text);
    this.showStatus(messages.waiting);
  }

  showRefused(why: string): void {
    this.node.removeClass('waiting').addClass('refused');
    this.showStatus(why);
  }

  /** An edit or deletion failed; the message itself is unchanged. */
  showEditFailed(why: string): void {
    this.node.addClass('failed');
    this.showStatus(why);
  }

  showStatus(why: string): void {
    const present = this.node.children('.status');
    const status = present.length > 0 ? present : cloneTemplate('#status-template').appendTo(this.node);
    status.find('.why').text(why);
  }

  clearStatus(): void {
    this.element.classList.remove('waiting', 'refused', 'failed');
    this.element.querySelector(':scope > .status')?.remove();
  }

  #setText(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#render();
  }

  #render(): void {
    this.textElement.replaceChildren(renderText(this.text, this.me.name));
    this.textElement.classList.toggle('in-blocks', this.textElement.firstElementChild?.matches(BLOCK) ?? false);
  }

  #showTime(iso: string): void {
    const when = new Date(iso);
    if (Number.isNaN(when.getTime()) || when.getTime() === this.at) return;
    this.at = when.getTime();
    this.#time.setAttribute('datetime', iso);
    const minute = minuteOf(when);
    this.#time.title = minute.full;
    this.#time.textContent = minute.short;
  }

  /** A screen reader reads author, text and time, in this order. */
  #labelBy(...parts: readonly HTMLElement[]): void {
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

/** Messages come in the order of time: most belong to the same minute as the one before. */
function minuteOf(when: Date): Minute {
  const number = Math.floor(when.getTime() / MINUTE_MS);
  if (number !== lastMinute.number) lastMinute = { number, short: messages.time(when), full: messages.fullTime(when) };
  return lastMinute;
}
