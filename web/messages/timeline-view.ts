import $ from 'jquery';
import type { Clock } from '../../client/clock.ts';
import type { MessageState, Welcome } from '../../protocol/frames.ts';
import type { CurrentUser } from '../api/current-user.ts';
import { Announcer } from '../notifications/announcer.ts';
import { liveRegion, sentencesIn } from '../notifications/live-region.ts';
import { Burst } from '../timeline/burst.ts';
import { HistoryLoader } from '../timeline/history-loader.ts';
import type { HistoryPage } from '../timeline/page-requests.ts';
import { type HistoryFrame, Timeline } from '../timeline/timeline.ts';
import { UnreadBackfill } from '../timeline/unread-backfill.ts';
import { UnreadDivider } from '../timeline/unread-divider.ts';
import { MessageList } from './message-list.ts';
import { PermalinkTarget } from './permalink-target.ts';
import { RovingFocus } from './roving-focus.ts';
import { rowLimit } from './row-limit.ts';
import type { ScrollAnchor } from './scroll-anchor.ts';

export interface TimelineViewParts {
  readonly room: string;
  readonly me: CurrentUser;
  readonly clock: Clock;
  readonly scroll: ScrollAnchor;
  readonly roomName: () => string;
}

export interface TimelineViewListener {
  /** The rows are drawn; what depends on them is to change now, before the scroll position is restored. */
  onDrawn(): void;
  /** The user sees everything up to this change: it counts as read. */
  onRead(upTo: number): void;
  /** The view goes to the newest messages, away from the message of the URL. */
  onGoToNewest(): void;
}

/** Shows a room's timeline in the scroll box: which part of it, drawn how, and where the user is in it. */
export class TimelineView {
  readonly list: MessageList;
  readonly timeline: Timeline;
  readonly divider = new UnreadDivider();
  readonly #loader: HistoryLoader;
  readonly #backfill: UnreadBackfill;
  readonly #target: PermalinkTarget;
  readonly #focus: RovingFocus;
  readonly #announcer: Announcer;
  /** Messages of others that arrived since the last drawing. */
  #arrivals: MessageState[] = [];
  readonly #burst = new Burst();
  #isChanging = false;
  /** Scrolls to the bottom as soon as the newest messages are shown. */
  #goesToBottom = false;

  constructor(
    private readonly parts: TimelineViewParts,
    private readonly listener: TimelineViewListener,
  ) {
    const { room, me, clock, scroll, roomName } = parts;
    this.list = new MessageList(me, {
      onArrival: (message) => this.#onArrival(message),
      onCleared: () => this.#onCleared(),
      onPendingChanged: () => this.redraw(),
    });
    this.timeline = new Timeline(this.list, () => !scroll.isAtBottom);
    const { paginator, window } = this.timeline;
    this.#loader = new HistoryLoader({
      room,
      clock,
      paginator,
      onPage: (page, rows) => this.#onPage(page, rows),
    });
    this.#backfill = new UnreadBackfill({
      me: me.name,
      window,
      paginator,
      load: (page) => this.#loader.load(page),
    });
    this.#target = new PermalinkTarget(clock, this.list, scroll);
    this.#focus = new RovingFocus(() => this.#goToNewest());
    this.#announcer = new Announcer(clock, liveRegion, sentencesIn(roomName));
    scroll.attach({
      onScroll: () => this.#loader.onScroll(scroll.rest),
      onBottomReached: () => this.#markRead(),
      onNewestRequested: () => this.#goToNewest(),
    });
    $(document).on('visibilitychange.timeline', () => this.#markRead());
  }

  close(): void {
    this.parts.scroll.detach();
    $(document).off('.timeline');
    this.#loader.close();
    this.#target.close();
    this.#focus.close();
    this.#announcer.stop();
  }

  applyFrame(frame: HistoryFrame): 'fine' | 'gap' {
    if (frame.type === 'welcome' && !frame.resumed) this.#onFreshEntry(frame);
    return this.timeline.applyFrame(frame);
  }

  /** Draws once, whatever `apply` changes; the text being read stays where it is. */
  change(apply: () => void): void {
    if (this.#isChanging) apply();
    else this.#changeAndDraw(apply);
  }

  redraw(): void {
    this.change(() => {});
  }

  /** A user who writes has read everything, and wants to see the new message. */
  addOwnMessage(add: () => void): void {
    this.divider.onWritten();
    this.#goesToBottom = true;
    this.timeline.paginator.goToPresent();
    this.change(add);
    this.parts.scroll.scrollToBottom();
    this.listener.onGoToNewest();
  }

  /** Null: goes to the newest message. */
  goTo(seq: number | null): void {
    if (seq === null) this.#goToNewest();
    else this.#goToMessage(seq);
  }

  #goToMessage(seq: number): void {
    this.#goesToBottom = false;
    const { paginator } = this.timeline;
    if (this.#target.showMessage(seq)) paginator.cancelMove();
    else paginator.goToMessage(seq);
    this.#loader.loadWanted();
  }

  #markRead(): void {
    const { position, isLive } = this.timeline;
    if (position === null || !isLive || !this.parts.scroll.isBottomSeen || !this.#backfill.isOver) return;
    this.divider.onSeen(position.after);
    this.listener.onRead(position.after);
  }

  #goToNewest(): void {
    this.#goesToBottom = true;
    this.timeline.paginator.goToPresent();
    this.redraw();
    this.listener.onGoToNewest();
  }

  #changeAndDraw(apply: () => void): void {
    this.#isChanging = true;
    try {
      this.parts.scroll.keepPosition(() => {
        apply();
        this.#draw();
      });
    } finally {
      this.#isChanging = false;
    }
    this.#afterDrawing();
  }

  #onFreshEntry({ epoch, head, read }: Welcome): void {
    this.list.setHead(head);
    this.divider.onEntered(epoch, read);
    this.#backfill.start(this.divider.range?.after ?? null);
  }

  #onArrival(message: MessageState): void {
    this.#arrivals.push(message);
    if (this.timeline.isLive) this.#burst.onMessage();
  }

  /** In another history the user's old position means nothing. */
  #onCleared(): void {
    if (this.timeline.paginator.target === null) this.#goesToBottom = true;
  }

  #draw(): void {
    const { window, position } = this.timeline;
    const { scroll } = this.parts;
    this.#trim();
    if (this.#arrivals.length > 0 && !scroll.isBottomSeen) this.divider.onMissed();
    scroll.countArrivals(this.#arrivals.length);
    const unread = this.divider.range;
    this.list.draw({ from: window.from, to: window.to, knownUpTo: position?.after ?? 0, unread });
    this.#loader.drawControls();
    scroll.setHasNewest(window.isAtPresent);
    this.listener.onDrawn();
  }

  /** Removes the rows that are farthest from the user. */
  #trim(): void {
    const { window } = this.timeline;
    const { scroll } = this.parts;
    const most = rowLimit(this.#burst.isHigh, this.list.rowCount, scroll);
    if (window.size <= most) return;
    window.trim(scroll.isAtBottom || scroll.rest.above > scroll.rest.below ? 'above' : 'below', most);
  }

  #afterDrawing(): void {
    this.#announcer.announce(this.#arrivals.splice(0));
    this.#focus.onRowsChanged();
    this.#goToBottom();
    if (this.timeline.isLive && this.#backfill.onChange()) this.#scrollToDivider();
    this.#loader.loadWanted();
    this.#fillBox();
    if (this.#burst.onDrawn() === 'ended') this.#loader.load(this.timeline.paginator.requestEarlier());
    this.#markRead();
  }

  #goToBottom(): void {
    if (!this.#goesToBottom || !this.timeline.window.isAtPresent) return;
    this.#goesToBottom = false;
    this.parts.scroll.scrollToBottom();
  }

  /** On entering the room. */
  #scrollToDivider(): void {
    const { divider } = this.list;
    if (divider !== null && this.parts.scroll.isAtBottom) this.parts.scroll.scrollToStartOf(divider);
  }

  /** Where nothing can be scrolled, no scroll event asks for the later messages. */
  #fillBox(): void {
    const { paginator } = this.timeline;
    if (!paginator.hasLater) return;
    const { above, below } = this.parts.scroll.rest;
    if (above === 0 && below <= 0) this.#loader.loadLater();
  }

  #onPage(page: HistoryPage, messages: readonly MessageState[] | null): void {
    const { paginator } = this.timeline;
    const isWanted = this.#backfill.isWanted(page, messages);
    const isAsked = paginator.isPending(page);
    this.change(() => {
      if (messages === null) paginator.onPageFailed(page);
      else if (isWanted) paginator.onPage(page, messages);
      else paginator.dropPage(page);
    });
    if (page.kind !== 'around' || !isAsked || paginator.target !== null || this.#target.showMessage(page.seq)) return;
    this.#target.showGone();
    this.#goToNewest();
  }
}
