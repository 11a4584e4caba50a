import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { messages } from '../locale/en.ts';
import type { MessageList } from './message-list.ts';
import type { ScrollAnchor } from './scroll-anchor.ts';

const MARKED_MS = 3_000;
const GONE_MS = 8_000;

/** The message that a permalink leads to. */
export class PermalinkTarget {
  readonly #notice = $('#message-gone');
  #marked = $();
  #cancelTimer: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly list: MessageList,
    private readonly scroll: ScrollAnchor,
  ) {}

  close(): void {
    this.#cancelTimer();
    this.#marked.removeClass('target');
    this.#notice.prop('hidden', true);
  }

  /** Marks the message for a moment and scrolls it to the middle of the box; false when it has no row. */
  showMessage(seq: number): boolean {
    const element = this.list.rowOf(seq)?.node[0];
    if (element === undefined) return false;
    this.close();
    this.scroll.scrollToMiddleOf(element);
    element.focus({ preventScroll: true });
    this.#marked = $(element).addClass('target');
    this.#cancelTimer = this.clock.after(MARKED_MS, () => this.#marked.removeClass('target'));
    return true;
  }

  showGone(): void {
    this.close();
    this.#notice.text(messages.messageGone).prop('hidden', false);
    this.#cancelTimer = this.clock.after(GONE_MS, () => this.#notice.prop('hidden', true));
  }
}
