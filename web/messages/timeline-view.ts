import $ from 'jquery';
import type { MessageState, Welcome } from '../../protocol/frames.ts';
import { Announcer } from '../notifications/announcer.ts';
import { liveRegion, sentencesIn } from '../notifications/live-region.ts';
import type { PageParts } from '../screens/screen.ts';
import { Burst } from '../timeline/burst.ts';
import { HistoryLoader } from '../timeline/history-loader.ts';
import type { HistoryPage } from '../timeline/page-requests.ts';
import { type HistoryFrame, Timeline } from '../timeline/timeline.ts';
import { UnreadBackfill } from '../timeline/unread-backfill.ts';
import { UnreadDivider } from '../timeline/unread-divider.ts';
import { ActionButtons } from './action-buttons.ts';
import { MessageList } from './message-list.ts';
import { PermalinkTarget } from './permalink-target.ts';
import { RovingFocus } from './roving-focus.ts';

/** So many rows are in the document at most; while one of them is being written anew, none is taken away. */
const ROWS_MOST = 300;
const ROWS_MOST_WHILE_EDITING = 900;

/** In a flood, so many more than can be seen, as some are lower than others. */
const ROWS_BESIDE = 6;

export interface TimelineViewListener {
  /** Something was changed: what follows from it, as far as it is to be seen. */
  settled(): void;
  /** All up to this change is before the reader's eyes, and counts as read. */
  seen(upTo: number): void;
}

/** What a reader has before them: a part of the conversation, and their place in it. */
export class TimelineView {
  readonly list: MessageList;
  readonly timeline: Timeline;
  readonly #loader: HistoryLoader;
  readonly #newLine = new UnreadDivider();
  readonly #entry: UnreadBackfill;
  readonly #target: PermalinkTarget;
  readonly #focus: RovingFocus;
  readonly #tools: ActionButtons;
  readonly #announcer: Announcer;
  /** What others said since it was drawn the last time. */
  #said: MessageState[] = [];
  readonly #flood = new Burst();
  #isChanging = false;
  /** The reader is to be where the newest is. */
  #goesDown = false;

  constructor(
    slug: string,
    private readonly parts: PageParts,
    private readonly ears: TimelineViewListener,
  ) {
    const { me, clock, scroll, rooms } = parts;
    this.list = new MessageList(me, {
      othersSaid: (message) => this.#othersSaid(message),
      cleared: () => this.#cleared(),
      altered: () => this.change(() => {}),
    });
    this.timeline = new Timeline(this.list, () => !scroll.isAtBottom);
    const { paging, window } = this.timeline;
    this.#loader = new HistoryLoader({
      room: slug,
      clock,
      paginator: paging,
      onPage: (page, rows) => this.#came(page, rows),
    });
    this.#entry = new UnreadBackfill({
      me: me.name,
      window,
      paginator: paging,
      load: (page) => this.#loader.load(page),
    });
    this.#target = new PermalinkTarget(clock, this.list, scroll);
    this.#focus = new RovingFocus(() => this.goToNewest());
    this.#tools = new ActionButtons(slug, me);
    this.#announcer = new Announcer(
      clock,
      liveRegion,
      sentencesIn(() => rooms.nameOf(slug)),
    );
  }

  close(): void {
    this.#loader.close();
    this.#target.close();
    this.#focus.close();
    this.#tools.close();
    this.#announcer.stop();
  }

  /** Whoever looks, and sees the end of it, has read it. */
  look(): void {
    const { position, isLive } = this.timeline;
    if (position === null || !isLive || !this.isLookedAt || !this.#entry.isOver) return;
    this.#newLine.onSeen(position.after);
    this.ears.seen(position.after);
  }

  take(frame: HistoryFrame): 'fine' | 'gap' {
    if (frame.type === 'welcome' && !frame.resumed) this.#enter(frame);
    return this.timeline.take(frame);
  }

  /** Drawn once, whatever is changed; the line being read stays where it is. */
  change(doing: () => void): void {
    if (this.#isChanging) doing();
    else this.#changeOnce(doing);
  }

  /** Somebody writes: they have read, and want to see what they wrote. */
  wrote(doing: () => void): void {
    this.#newLine.onWritten();
    this.#goesDown = true;
    this.timeline.paging.goToPresent();
    this.change(doing);
    this.parts.scroll.toBottom();
    this.parts.atPresent();
  }

  goTo(seq: number): void {
    this.#goesDown = false;
    const { paging } = this.timeline;
    if (this.#target.show(seq)) paging.cancelMove();
    else paging.goToMessage(seq);
    this.#loader.loadWanted();
  }

  goToNewest(): void {
    this.#goesDown = true;
    this.timeline.paging.goToPresent();
    this.change(() => {});
    this.parts.atPresent();
  }

  scrolled(): void {
    this.#loader.onScroll(this.parts.scroll.rest);
  }

  #changeOnce(doing: () => void): void {
    this.#isChanging = true;
    try {
      this.parts.scroll.keepingPlace(() => {
        doing();
        this.#draw();
      });
    } finally {
      this.#isChanging = false;
    }
    this.#afterwards();
  }

  /** What is said now is seen. */
  get isLookedAt(): boolean {
    return !document.hidden && this.parts.scroll.isAtBottom;
  }

  #enter({ epoch, head, read }: Welcome): void {
    this.list.entered(head);
    this.#newLine.onEntered(epoch, read);
    this.#entry.start(this.#newLine.range?.after ?? null);
  }

  #othersSaid(message: MessageState): void {
    this.#said.push(message);
    if (this.timeline.isLive) this.#flood.onMessage();
  }

  /** Of another history nobody has a place in what was. */
  #cleared(): void {
    if (this.timeline.paging.target === null) this.#goesDown = true;
  }

  #draw(): void {
    const { window, position } = this.timeline;
    const { scroll } = this.parts;
    this.#trim();
    if (this.#said.length > 0 && !this.isLookedAt) this.#newLine.onMissed();
    for (const _ of this.#said) scroll.arrived();
    this.list.draw({ from: window.from, to: window.to, known: position?.after ?? 0, isNew: this.#newLine.range });
    this.#loader.drawControls();
    scroll.endsAtPresent(window.isAttached);
    this.ears.settled();
  }

  /** What is farther from the reader is let go of. */
  #trim(): void {
    const { window } = this.timeline;
    const most = this.#rowsMost;
    if (window.size <= most) return;
    const { scroll } = this.parts;
    window.trim(scroll.isAtBottom || scroll.rest.above > scroll.rest.below ? 'above' : 'below', most);
  }

  get #rowsMost(): number {
    if ($('#lines .editing').length > 0) return ROWS_MOST_WHILE_EDITING;
    if (!this.#flood.isHigh || !this.isLookedAt) return ROWS_MOST;
    return ROWS_BESIDE + this.parts.scroll.rowsOnSight(this.list.size);
  }

  #afterwards(): void {
    this.#announcer.heard(this.#said.splice(0));
    this.#focus.settle();
    this.#goDown();
    if (this.timeline.isLive && this.#entry.onChange()) this.#showWhatIsNew();
    this.#loader.loadWanted();
    this.#fill();
    if (this.#flood.onDrawn() === 'ended') this.#loader.load(this.timeline.paging.requestEarlier());
    this.look();
  }

  #goDown(): void {
    if (!this.#goesDown || !this.timeline.window.isAttached) return;
    this.#goesDown = false;
    this.parts.scroll.toBottom();
  }

  /** On entering. */
  #showWhatIsNew(): void {
    const { newLine } = this.list;
    if (newLine !== null && this.parts.scroll.isAtBottom) this.parts.scroll.showFrom(newLine);
  }

  /** Where nothing can be scrolled, nobody can come near to what is later. */
  #fill(): void {
    const { paging } = this.timeline;
    if (!paging.hasLater) return;
    const { above, below } = this.parts.scroll.rest;
    if (above === 0 && below <= 0) this.#loader.loadLater();
  }

  #came(page: HistoryPage, messages: readonly MessageState[] | null): void {
    const { paging } = this.timeline;
    const isWanted = this.#entry.isWanted(page, messages);
    const isAsked = paging.isPending(page);
    this.change(() => {
      if (messages === null) paging.onPageFailed(page);
      else if (isWanted) paging.onPage(page, messages);
      else paging.dropPage(page);
    });
    if (page.kind === 'around' && isAsked && paging.target === null) this.#arriveAt(page.seq);
  }

  #arriveAt(seq: number): void {
    if (this.#target.show(seq)) return;
    this.#target.isGone();
    this.goToNewest();
  }
}
