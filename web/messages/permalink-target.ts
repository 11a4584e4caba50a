import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import { messages } from '../locale/en.ts';
import type { MessageList } from './message-list.ts';
import type { ScrollAnchor } from './scroll-anchor.ts';

const MARKED_MS = 3_000;
const GONE_MS = 8_000;

/** A message to which an address leads. */
export class PermalinkTarget {
  readonly #notice = $('#message-gone');
  #marked = $();
  #callOff: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly list: MessageList,
    private readonly scroll: ScrollAnchor,
  ) {}

  close(): void {
    this.#callOff();
    this.#marked.removeClass('target');
    this.#notice.prop('hidden', true);
  }

  /** Marked for a moment, in the middle of the box; false when it is not shown. */
  show(seq: number): boolean {
    const element = this.list.row(seq)?.node[0];
    if (element === undefined) return false;
    this.close();
    this.scroll.showWhole(element);
    element.focus({ preventScroll: true });
    this.#marked = $(element).addClass('target');
    this.#callOff = this.clock.after(MARKED_MS, () => this.#marked.removeClass('target'));
    return true;
  }

  isGone(): void {
    this.close();
    this.#notice.text(messages.messageGone).prop('hidden', false);
    this.#callOff = this.clock.after(GONE_MS, () => this.#notice.prop('hidden', true));
  }
}
