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

export interface HistoryLoaderParts {
  readonly room: string;
  readonly clock: Clock;
  readonly paginator: Paginator;
  /** `messages` is null when the page could not be loaded. */
  readonly onPage: (page: HistoryPage, messages: readonly MessageState[] | null) => void;
}

const RETRY_MS = 2_000;
const UPWARD_KEYS = ['ArrowUp', 'PageUp', 'Home'];

/** Fetches the pages of the history that the paginator requests, as the reader scrolls near them or asks for them. */
export class HistoryLoader {
  readonly #box = $('#messages');
  readonly #row = $('#earlier-line');
  readonly #button = $('#earlier');
  #isClosed = false;
  #cancelRetry: () => void = () => {};

  constructor(private readonly parts: HistoryLoaderParts) {
    this.#button.on('click.history', () => this.#onPress());
    // At the very top no scroll event comes, but the reader may want to go on.
    this.#box.on('wheel.history', ({ originalEvent }) => this.#onPull(deltaOf(originalEvent) < 0));
    this.#box.on('keydown.history', ({ key }) => this.#onPull(UPWARD_KEYS.includes(key)));
    this.#button.text(messages.earlier);
    this.drawControls();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#button.off('.history');
    this.#box.off('.history');
  }

  /** Drawn together with the rows: a change of the box's height must not move them. */
  drawControls(): void {
    this.#row.prop('hidden', !this.parts.paginator.hasEarlier);
  }

  loadWanted(): void {
    this.load(this.parts.paginator.requestWanted());
  }

  /** The reader has scrolled; `above` and `below` are what is left there, in heights of the box. */
  onScroll({ above, below }: { readonly above: number; readonly below: number }): void {
    if (above < 1) this.#loadEarlier();
    if (below < 1) this.loadLater();
  }

  loadLater(): void {
    this.load(this.parts.paginator.requestLater());
  }

  load(page: HistoryPage | null): void {
    if (page !== null) void this.#loadPage(page);
  }

  /** The reader's press does not wait for the pause after a failed page. */
  #onPress(): void {
    this.parts.paginator.resume();
    this.#loadEarlier();
  }

  #onPull(isUpward: boolean): void {
    if (isUpward && this.#box[0]?.scrollTop === 0) this.#loadEarlier();
  }

  #loadEarlier(): void {
    const page = this.parts.paginator.requestEarlier();
    if (page === null) return;
    this.#button.attr('aria-disabled', 'true').text(messages.loadingEarlier);
    this.load(page);
  }

  async #loadPage(page: HistoryPage): Promise<void> {
    const { status, body } = await get(`${roomApiPath(this.parts.room)}/messages?${queryOf(page)}`);
    if (this.#isClosed) return;
    const loaded = status === 200 && isRecord(body) && isMessages(body.messages) ? body.messages : null;
    this.parts.onPage(page, loaded);
    this.#button.removeAttr('aria-disabled').text(loaded === null ? messages.earlierFailed : messages.earlier);
    if (loaded === null) this.#scheduleRetry();
    else this.loadWanted();
  }

  /** A page that the window needs is requested again by itself; others when the reader scrolls or presses. */
  #scheduleRetry(): void {
    this.#cancelRetry();
    this.#cancelRetry = this.parts.clock.after(RETRY_MS, () => {
      this.parts.paginator.resume();
      this.loadWanted();
    });
  }
}

function queryOf({ kind, seq, limit }: HistoryPage): string {
  const parameter = { earlier: 'before', later: 'after', again: 'after', around: 'around', newest: null }[kind];
  return parameter === null ? `limit=${limit}` : `${parameter}=${seq}&limit=${limit}`;
}

function isMessages(value: unknown): value is MessageState[] {
  return isArrayOf(isMessage)(value);
}

function deltaOf(event: Event | undefined): number {
  return event instanceof WheelEvent ? event.deltaY : 0;
}
