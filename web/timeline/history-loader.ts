import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import type { MessageState } from '../../protocol/frames.ts';
import { isMessage } from '../../protocol/server-frames.ts';
import { isArrayOf, isRecord } from '../../protocol/shape.ts';
import { get } from '../api/http.ts';
import { roomApiPath } from '../browser/urls.ts';
import { messages } from '../locale/en.ts';
import type { HistoryPage } from './page-requests.ts';
import type { Paginator } from './paginator.ts';

export interface LoaderParts {
  readonly room: string;
  readonly clock: Clock;
  readonly paging: Paginator;
  /** Null: it did not come. */
  readonly came: (page: HistoryPage, messages: readonly MessageState[] | null) => void;
}

const RETRY_MS = 2_000;
const UPWARD_KEYS = ['ArrowUp', 'PageUp', 'Home'];

/** Brings the pages of the history that the reader comes near to, or asks for. */
export class HistoryLoader {
  readonly #box = $('#messages');
  readonly #line = $('#earlier-line');
  readonly #button = $('#earlier');
  #isClosed = false;
  /** The last page did not come: nothing is asked for again at once. */
  #rests = false;
  #callOff: () => void = () => {};

  constructor(private readonly parts: LoaderParts) {
    this.#button.on('click.history', () => this.#bringEarlier());
    // At the very top nothing scrolls any more, but somebody may want to.
    this.#box.on('wheel.history', ({ originalEvent }) => this.#pulled(deltaOf(originalEvent) < 0));
    this.#box.on('keydown.history', ({ key }) => this.#pulled(UPWARD_KEYS.includes(key)));
    this.#button.text(messages.earlier);
    this.draw();
  }

  close(): void {
    this.#isClosed = true;
    this.#callOff();
    this.#button.off('.history');
    this.#box.off('.history');
  }

  /** Together with the rows: what it takes of the box must not move them. */
  draw(): void {
    this.#line.prop('hidden', !this.parts.paging.hasEarlier);
  }

  /** What is wanted is asked for. */
  update(): void {
    if (!this.#rests) this.bring(this.parts.paging.askWanted());
  }

  /** The reader has scrolled, and this much is left, in heights of the box. */
  near({ above, below }: { readonly above: number; readonly below: number }): void {
    if (above < 1) this.#bringEarlier();
    if (below < 1) this.bringLater();
  }

  bringLater(): void {
    if (!this.#rests) this.bring(this.parts.paging.askLater());
  }

  bring(page: HistoryPage | null): void {
    if (page !== null) void this.#load(page);
  }

  #pulled(isUpward: boolean): void {
    if (isUpward && this.#box[0]?.scrollTop === 0) this.#bringEarlier();
  }

  #bringEarlier(): void {
    const page = this.parts.paging.askEarlier();
    if (page === null) return;
    this.#button.attr('aria-disabled', 'true').text(messages.loadingEarlier);
    this.bring(page);
  }

  async #load(page: HistoryPage): Promise<void> {
    const { status, body } = await get(`${roomApiPath(this.parts.room)}/messages?${queryOf(page)}`);
    if (this.#isClosed) return;
    const found = status === 200 && isRecord(body) && isMessages(body.messages) ? body.messages : null;
    this.#rests = found === null;
    this.parts.came(page, found);
    this.#button.removeAttr('aria-disabled').text(found === null ? messages.earlierFailed : messages.earlier);
    if (found === null) this.#tryAgain();
    else this.update();
  }

  /** What the reader asked for, they ask for again; what is wanted is wanted still. */
  #tryAgain(): void {
    this.#callOff();
    this.#callOff = this.parts.clock.after(RETRY_MS, () => {
      this.#rests = false;
      this.update();
    });
  }
}

function queryOf({ kind, seq, limit }: HistoryPage): string {
  const place = { earlier: 'before', later: 'after', again: 'after', around: 'around', newest: null }[kind];
  return place === null ? `limit=${limit}` : `${place}=${seq}&limit=${limit}`;
}

function isMessages(value: unknown): value is MessageState[] {
  return isArrayOf(isMessage)(value);
}

function deltaOf(event: Event | undefined): number {
  return event instanceof WheelEvent ? event.deltaY : 0;
}
