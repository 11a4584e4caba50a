import type { Connection, ConnectionState } from '../../client/connection.ts';
import { newNonce } from '../../client/nonce.ts';
import type { ErrorFrame, ServerFrame, Welcome } from '../../protocol/frames.ts';
import { parseFrames } from '../../protocol/server-frames.ts';
import { nextAnimationFrame } from '../connection/animation-frame.ts';
import { FrameBatch } from '../connection/frame-batch.ts';
import { createConnection } from '../connection/page-connection.ts';
import { statusOf } from '../connection/status.ts';
import { messages } from '../locale/en.ts';
import { MessageActions } from '../messages/message-actions.ts';
import { PendingEdits } from '../messages/pending-edits.ts';
import { PermalinkCopy } from '../messages/permalink-copy.ts';
import { TimelineView } from '../messages/timeline-view.ts';
import type { Outbox, Sender } from '../outbox/outbox.ts';
import { type ChangeFrame, changeOf, isNewMessage, lastChange } from '../timeline/message-change.ts';
import { ReadMarker } from '../timeline/read-marker.ts';
import type { HistoryFrame } from '../timeline/timeline.ts';
import { RoomEvents } from './room-events.ts';
import { RoomHeader } from './room-header.ts';
import type { PageParts, Screen } from './screen.ts';

/** More changes than this are not replayed: the page begins anew and goes back by "Earlier messages". */
const RESUMED_MOST = 10_000;

/** Being in a room: what its socket says goes to the parts of the page, what is done there goes to its socket. */
export class RoomScreen implements Screen {
  readonly #connection: Connection;
  readonly #batch = new FrameBatch((texts) => this.#takeAll(texts), nextAnimationFrame);
  readonly #reading: TimelineView;
  readonly #revisions: PendingEdits;
  readonly #actions: MessageActions;
  readonly #links: PermalinkCopy;
  readonly #news: RoomEvents;
  readonly #readMark: ReadMarker;
  readonly #head: RoomHeader;
  readonly #carrier: Sender = {
    send: ({ text, nonce }) => void this.#connection.send({ type: 'chat_message', message: text, nonce }),
  };

  constructor(
    private readonly slug: string,
    private readonly outbox: Outbox,
    private readonly parts: PageParts,
  ) {
    const { clock, composer, scroll } = parts;
    this.#connection = createConnection(slug, () => this.#path(), {
      clock,
      heard: (text) => this.#hear(text),
      changed: (state) => this.#changed(state),
    });
    this.#reading = new TimelineView(slug, parts, { settled: () => this.#settle(), seen: (upTo) => this.#seen(upTo) });
    this.#links = new PermalinkCopy(clock, parts.follow);
    this.#actions = new MessageActions(this.#reading.list, outbox, {
      ask: (seq, revision) => this.#revisions.ask(seq, revision, messages.notConnected),
      resized: (element) => {
        scroll.keepingPlace(() => {});
        element.scrollIntoView({ block: 'nearest' });
      },
      refocus: () => composer.focus(),
      rescue: (text) => composer.rescue(text),
    });
    this.#revisions = new PendingEdits(newNonce, (frame) => this.#connection.send(frame), this.#actions);
    this.#readMark = new ReadMarker(clock, (seq) => this.#connection.send({ type: 'read', seq }));
    this.#head = new RoomHeader(slug, composer, parts.title);
    this.#news = new RoomEvents(parts, this.#reading.list, this.#head);
  }

  /** `message`: at which one comes in; null: where the newest is. */
  start(message: number | null): void {
    this.#head.named({
      slug: this.slug,
      name: this.parts.rooms.nameOf(this.slug),
      topic: this.parts.rooms.of(this.slug)?.topic ?? '',
    });
    this.outbox.detachSender();
    this.#reading.change(() => this.outbox.attachView(this.#reading.list.own));
    this.parts.scroll.toBottom();
    if (message !== null) this.#reading.goTo(message);
    this.#connection.start();
  }

  close(): void {
    this.#readMark.stop();
    this.#connection.stop();
    this.#batch.stop();
    this.#actions.close();
    this.#links.close();
    this.#reading.close();
    this.parts.people.clear();
  }

  checkConnection(): void {
    this.#connection.reconnect();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  lookedAway(): void {
    this.#readMark.flush();
  }

  post(text: string): void {
    this.#reading.wrote(() => this.outbox.addMessage(text));
  }

  editLast(): boolean {
    return this.#actions.editLast();
  }

  seen(): void {
    this.#reading.look();
  }

  goTo(message: number | null): void {
    if (message === null) this.#reading.goToNewest();
    else this.#reading.goTo(message);
  }

  scrolled(): void {
    this.#reading.scrolled();
  }

  change(doing: () => void): void {
    this.#reading.change(doing);
  }

  #path(): string {
    const { position } = this.#reading.timeline;
    const from = position === null ? '' : `?after=${position.after}&epoch=${encodeURIComponent(position.epoch)}`;
    return `/ws/chat/${encodeURIComponent(this.slug)}/${from}${from === '' ? '' : `&max=${RESUMED_MOST}`}`;
  }

  #hear(text: string): void {
    this.parts.status.onReceived();
    this.#batch.add(text);
  }

  #takeAll(texts: readonly string[]): void {
    this.#reading.change(() => {
      for (const frame of texts.flatMap(parseFrames)) this.#take(frame);
    });
  }

  #take(frame: ServerFrame): void {
    if (this.#connection.state === 'signed-out') return;
    switch (frame.type) {
      case 'welcome':
        this.#welcome(frame);
        break;
      case 'chat_message':
      case 'message_changed':
        this.#message(frame);
        break;
      case 'live':
        this.#history(frame);
        this.#live();
        break;
      case 'replay':
      case 'heartbeat':
        this.#history(frame);
        break;
      case 'error':
        this.#refused(frame);
        break;
      default:
        this.#news.heard(frame);
    }
  }

  /** The outbox comes first: whatever becomes of the frame, the message is stored. */
  #message(frame: ChangeFrame): void {
    const { me, rooms, bell } = this.parts;
    if (frame.user === me.name && frame.nonce !== undefined) this.outbox.acknowledge(frame.nonce, frame.seq);
    // What is seen was never unread: the lists need not say so in between.
    if (this.#reading.isLookedAt) rooms.read(this.slug, lastChange(frame));
    const isCall = isNewMessage(frame, this.#reading.timeline.position);
    this.#history(frame);
    rooms.follow(this.slug, changeOf(frame, me.name));
    if (isCall && frame.type === 'chat_message') bell.heard(this.slug, frame);
    this.#revisions.seen(frame.seq);
  }

  #history(frame: HistoryFrame): void {
    if (this.#reading.take(frame) === 'gap') this.#connection.reconnect();
  }

  #welcome(frame: Welcome): void {
    // Another tab signed in as somebody else: nothing on this page is theirs.
    if (frame.user !== this.parts.me.name) this.#connection.end('signed-out');
    else this.#enter(frame);
  }

  #enter(frame: Welcome): void {
    this.#connection.welcomed();
    this.parts.notice.serverVersion(frame.version);
    this.parts.rooms.inHistory(frame.epoch);
    if (frame.resumed) this.#readMark.resend();
    else this.#readMark.reset();
    this.#head.named(frame.room);
    if (frame.read !== null) this.parts.rooms.read(this.slug, frame.read);
    this.#history(frame);
  }

  #live(): void {
    this.outbox.attachSender(this.#carrier);
    void this.parts.rooms.load();
  }

  #refused(frame: ErrorFrame): void {
    if (frame.nonce === undefined || this.outbox.refuse(frame.nonce, frame)) return;
    this.#revisions.refuse(frame.nonce, frame.message);
  }

  #seen(upTo: number): void {
    this.parts.rooms.read(this.slug, upTo);
    this.#readMark.moveTo(upTo);
  }

  /** After every batch of frames: what follows from all of them together. */
  #settle(): void {
    this.#actions.settle();
    this.#head.empty(this.#reading.timeline.isEmpty && this.outbox.isEmpty ? 'empty' : 'not empty');
    this.#showStatus();
  }

  #changed(state: ConnectionState): void {
    if (state !== 'open') this.#lost();
    if (state === 'gone' || state === 'forbidden') this.#head.closed();
    if (state === 'signed-out') this.parts.signedOut();
    this.#showStatus();
  }

  #lost(): void {
    this.#batch.flush();
    this.outbox.detachSender();
    this.#revisions.lost(messages.notSaved);
  }

  #showStatus(): void {
    const { isLive, toGo } = this.#reading.timeline;
    const { state, isReady } = this.#connection;
    this.parts.status.showStatus(statusOf(state, isReady && isLive, toGo));
  }
}
