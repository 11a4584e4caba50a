import type { ErrorFrame, ServerFrame, Welcome } from '../protocol/frames.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { statusOf } from './connection-status.ts';
import { Conversation, type HistoryFrame } from './conversation.ts';
import { EarlierButton } from './earlier-button.ts';
import type { ChangeFrame } from './earlier-pages.ts';
import { changeOf, isNews } from './message-change.ts';
import { MessageList } from './message-list.ts';
import { newNonce } from './nonce.ts';
import type { Carrier, Outbox } from './outbox.ts';
import { PostCarrier } from './post-carrier.ts';
import { ReadMark } from './read-mark.ts';
import { Revisions } from './revisions.ts';
import { RoomHead } from './room-head.ts';
import { RowActions } from './row-actions.ts';
import { parseFrames } from './server-frame.ts';
import { siteConnection } from './site-connection.ts';
import type { Visit, VisitParts } from './visit.ts';
import { words } from './words.ts';

/** More changes than this are not replayed: the page begins anew and goes back by "Earlier messages". */
const RESUMED_MOST = 1_000;

/** Being in a room: what its socket says goes to the parts of the page, what is done there goes to its socket. */
export class RoomVisit implements Visit {
  readonly #connection: Connection;
  readonly #conversation: Conversation;
  readonly #list: MessageList;
  readonly #revisions: Revisions;
  readonly #actions: RowActions;
  readonly #earlier: EarlierButton;
  readonly #readMark: ReadMark;
  readonly #head: RoomHead;
  readonly #carrier: Carrier = {
    carry: ({ text, nonce }) => void this.#connection.send({ type: 'chat_message', message: text, nonce }),
  };

  constructor(
    private readonly slug: string,
    private readonly outbox: Outbox,
    private readonly parts: VisitParts,
  ) {
    const { me, clock, scroll, composer } = parts;
    this.#connection = siteConnection(slug, () => this.#path(), {
      clock,
      heard: (text) => this.#hear(text),
      changed: (state) => this.#changed(state),
    });
    this.#list = new MessageList(me, () => scroll.arrived());
    this.#conversation = new Conversation(this.#list);
    this.#actions = new RowActions(this.#list, outbox, {
      ask: (seq, revision) => this.#revisions.ask(seq, revision, words.notConnected),
      resized: (element) => {
        scroll.keepingPlace(() => {});
        element.scrollIntoView({ block: 'nearest' });
      },
      refocus: () => composer.focus(),
      rescue: (text) => composer.rescue(text),
    });
    this.#revisions = new Revisions(newNonce, (frame) => this.#connection.send(frame), this.#actions);
    this.#readMark = new ReadMark(clock, (seq) => this.#connection.send({ type: 'read', seq }));
    this.#earlier = new EarlierButton(slug, this.#conversation, (change) => scroll.keepingPlace(change));
    this.#head = new RoomHead(slug, composer, parts.title);
  }

  start(): void {
    this.#head.named({
      slug: this.slug,
      name: this.parts.rooms.nameOf(this.slug),
      topic: this.parts.rooms.of(this.slug)?.topic ?? '',
    });
    this.outbox.detach();
    this.outbox.showTo(this.#list);
    this.parts.scroll.toBottom();
    this.#connection.start();
  }

  close(): void {
    this.#readMark.stop();
    this.#connection.stop();
    this.#actions.close();
    this.#earlier.close();
    this.parts.people.clear();
    this.outbox.attach(new PostCarrier(this.slug, this.outbox));
  }

  doubt(): void {
    this.#connection.comeBack();
  }

  hurry(): void {
    this.#connection.hurry();
  }

  lookedAway(): void {
    this.#readMark.flush();
  }

  post(text: string): void {
    this.outbox.add(text);
    this.parts.scroll.toBottom();
    this.#settle();
  }

  editLast(): boolean {
    return this.#actions.editLast();
  }

  seen(): void {
    const { position, isLive } = this.#conversation;
    if (position === null || !isLive || document.hidden || !this.parts.scroll.isAtBottom) return;
    this.parts.rooms.read(this.slug, position.after);
    this.#readMark.moveTo(position.after);
  }

  #path(): string {
    const { position } = this.#conversation;
    const from = position === null ? '' : `?after=${position.after}&epoch=${encodeURIComponent(position.epoch)}`;
    return `/ws/chat/${encodeURIComponent(this.slug)}/${from}${from === '' ? '' : `&max=${RESUMED_MOST}`}`;
  }

  #hear(text: string): void {
    this.parts.status.heard();
    this.parts.scroll.keepingPlace(() => {
      for (const frame of parseFrames(text)) this.#take(frame);
      this.#settle();
    });
    this.seen();
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
        this.#news(frame);
    }
  }

  /** What is no part of the room's history. */
  #news(frame: Exclude<ServerFrame, HistoryFrame | ErrorFrame>): void {
    const { rooms, people } = this.parts;
    switch (frame.type) {
      case 'user_join':
        this.#list.say(words.joined(frame.user));
        break;
      case 'user_leave':
        this.#list.say(words.left(frame.user));
        people.left(frame.user);
        break;
      case 'user_list':
        people.show(frame.users, frame.count);
        this.#list.met(frame.users);
        break;
      case 'rooms':
        rooms.changed(frame.rooms);
        break;
      case 'read':
        rooms.read(frame.room, frame.seq);
        break;
      case 'room':
        rooms.renamed(frame.room);
        this.#head.named(frame.room);
        break;
      default:
        frame satisfies never;
    }
  }

  /** The outbox comes first: whatever becomes of the frame, the message is stored. */
  #message(frame: ChangeFrame): void {
    const { me, rooms, bell } = this.parts;
    if (frame.user === me.name && frame.nonce !== undefined) this.outbox.acknowledge(frame.nonce, frame.seq);
    const isCall = isNews(frame, this.#conversation.position);
    this.#history(frame);
    rooms.follow(this.slug, changeOf(frame, me.name));
    if (isCall && frame.type === 'chat_message') bell.heard(this.slug, frame);
    this.#revisions.seen(frame.seq);
  }

  #history(frame: HistoryFrame): void {
    if (this.#conversation.take(frame) === 'gap') this.#connection.comeBack();
  }

  #welcome(frame: Welcome): void {
    // Another tab signed in as somebody else: nothing on this page is theirs.
    if (frame.user !== this.parts.me.name) this.#connection.end('signed-out');
    else this.#enter(frame);
  }

  #enter(frame: Welcome): void {
    this.parts.notice.serverVersion(frame.version);
    this.parts.rooms.inHistory(frame.epoch);
    if (frame.resumed) this.#readMark.again();
    else this.#readMark.reset();
    this.#head.named(frame.room);
    this.#history(frame);
  }

  #live(): void {
    this.outbox.attach(this.#carrier);
    void this.parts.rooms.load();
  }

  #refused(frame: ErrorFrame): void {
    if (frame.nonce === undefined || this.outbox.refuse(frame.nonce, frame)) return;
    this.#revisions.refuse(frame.nonce, frame.message);
  }

  /** After every batch of frames: what follows from all of them together. */
  #settle(): void {
    const { position, isLive, isEmpty, hasEarlier } = this.#conversation;
    if (position !== null) this.#list.dropStored(position.after);
    this.#actions.settle();
    this.#earlier.update();
    this.#head.empty(isLive && isEmpty && !hasEarlier && this.outbox.isEmpty ? 'empty' : 'not empty');
    this.#showStatus();
  }

  #changed(state: ConnectionState): void {
    if (state !== 'open') this.outbox.detach();
    if (state !== 'open') this.#revisions.lost(words.notSaved);
    if (state === 'gone' || state === 'forbidden') this.#head.closed();
    if (state === 'signed-out') this.parts.signedOut();
    this.#showStatus();
  }

  #showStatus(): void {
    const { isLive, toGo } = this.#conversation;
    this.parts.status.show(statusOf(this.#connection.state, isLive, toGo));
  }
}
