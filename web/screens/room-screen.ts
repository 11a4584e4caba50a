import $ from 'jquery';
import type { Connection, ConnectionState } from '../../client/connection.ts';
import { newNonce } from '../../client/nonce.ts';
import { type ChangeFrame, lastChange } from '../../client/stream-position.ts';
import type { ErrorFrame, ServerFrame, Welcome } from '../../protocol/frames.ts';
import { parseFrames } from '../../protocol/server-frames.ts';
import { nextAnimationFrame } from '../connection/animation-frame.ts';
import { FrameBatch } from '../connection/frame-batch.ts';
import { createConnection } from '../connection/page-connection.ts';
import { statusOf } from '../connection/status.ts';
import { messages } from '../locale/en.ts';
import { MessageActions } from '../messages/message-actions.ts';
import { MessageCopy } from '../messages/message-copy.ts';
import { PendingEdits } from '../messages/pending-edits.ts';
import { PermalinkCopy } from '../messages/permalink-copy.ts';
import { TimelineView } from '../messages/timeline-view.ts';
import type { Outbox, Sender } from '../outbox/outbox.ts';
import { changeOf, isNewMessage } from '../timeline/message-change.ts';
import { ReadMarker } from '../timeline/read-marker.ts';
import type { HistoryFrame } from '../timeline/timeline.ts';
import { RoomEvents } from './room-events.ts';
import { RoomHeader } from './room-header.ts';
import type { Screen, ScreenParts } from './screen.ts';

/** With more missing changes than this the page starts with the newest messages instead of a replay. */
const RESUMED_MOST = 10_000;

/** An open room: hands the frames of its socket to the parts of the page, and the user's actions to the socket. */
export class RoomScreen implements Screen {
  readonly #connection: Connection;
  readonly #batch = new FrameBatch((texts) => this.#applyBatch(texts), nextAnimationFrame);
  readonly #actions: MessageActions;
  readonly #pendingEdits: PendingEdits;
  readonly #permalinks: PermalinkCopy;
  readonly #copying: MessageCopy;
  readonly #events: RoomEvents;
  readonly #readMarker: ReadMarker;
  readonly #header: RoomHeader;
  readonly #sender: Sender = {
    send: ({ text, nonce }) => void this.#connection.send({ type: 'chat_message', message: text, nonce }),
  };
  readonly view: TimelineView;

  constructor(
    private readonly slug: string,
    private readonly outbox: Outbox,
    private readonly parts: ScreenParts,
  ) {
    const { me, clock, composer, scroll, rooms, router } = parts;
    this.#connection = createConnection(slug, () => this.#path(), {
      clock,
      onText: (text) => this.#onReceived(text),
      onStateChange: (state) => this.#onStateChange(state),
    });
    const roomName = (): string => rooms.nameOf(slug);
    this.view = new TimelineView(
      { room: slug, me, clock, scroll, roomName },
      {
        onDrawn: () => this.#onDrawn(),
        onRead: (upTo) => this.#onRead(upTo),
        onGoToNewest: () => router.dropMessage(),
      },
    );
    this.#permalinks = new PermalinkCopy(clock, router);
    this.#copying = new MessageCopy(this.view.list);
    this.#actions = new MessageActions(
      { room: slug, me, list: this.view.list, outbox },
      {
        onEdit: (seq, edit) => this.#pendingEdits.sendEdit(seq, edit, messages.notConnected),
        onResize: (element) => {
          scroll.keepPosition(() => {});
          element.scrollIntoView({ block: 'nearest' });
        },
        onFocusLost: () => composer.focus(),
        onEditOrphaned: (text) => composer.adoptOrphan(text),
      },
    );
    this.#pendingEdits = new PendingEdits(newNonce, (frame) => this.#connection.send(frame), this.#actions);
    this.#readMarker = new ReadMarker(clock, (seq) => this.#connection.send({ type: 'read', seq }));
    this.#header = new RoomHeader(slug, composer, parts.title);
    this.#events = new RoomEvents(slug, parts, this.view, this.#header);
  }

  /** Opens the room at this message; null: at the newest. */
  start(message: number | null): void {
    const { composer, rooms, scroll } = this.parts;
    this.#header.showRoom({
      slug: this.slug,
      name: rooms.nameOf(this.slug),
      topic: rooms.find(this.slug)?.topic ?? '',
    });
    composer.attach({
      onSend: (text) => this.view.addOwnMessage(() => this.outbox.addMessage(text)),
      onEditLast: () => this.#actions.editLast(),
    });
    // The page may be closed while it is hidden: the read position is sent at once.
    $(document).on('visibilitychange.room', () => {
      if (document.hidden) this.#readMarker.flush();
    });
    this.outbox.detachSender();
    this.view.change(() => this.outbox.attachView(this.view.list.pendingRows));
    scroll.scrollToBottom();
    if (message !== null) this.view.goTo(message);
    this.#connection.start();
  }

  close(): void {
    $(document).off('.room');
    this.parts.composer.detach();
    this.#readMarker.stop();
    this.#connection.stop();
    this.#batch.stop();
    this.#actions.close();
    this.#permalinks.close();
    this.#copying.close();
    this.view.close();
    this.parts.people.clear();
  }

  checkConnection(): void {
    this.#connection.reconnect();
  }

  retryNow(): void {
    this.#connection.retryNow();
  }

  #path(): string {
    const { position } = this.view.timeline;
    const from = position === null ? '' : `?after=${position.after}&epoch=${encodeURIComponent(position.epoch)}`;
    return `/ws/chat/${encodeURIComponent(this.slug)}/${from}${from === '' ? '' : `&max=${RESUMED_MOST}`}`;
  }

  #onReceived(text: string): void {
    this.parts.status.onReceived();
    this.#batch.add(text);
  }

  #applyBatch(texts: readonly string[]): void {
    this.view.change(() => {
      for (const frame of texts.flatMap(parseFrames)) this.#applyFrame(frame);
    });
  }

  #applyFrame(frame: ServerFrame): void {
    if (this.#connection.state === 'signed-out') return;
    switch (frame.type) {
      case 'welcome':
        this.#onWelcome(frame);
        break;
      case 'chat_message':
      case 'message_changed':
        this.#onMessage(frame);
        break;
      case 'live':
        this.#applyHistory(frame);
        this.#onLive();
        break;
      case 'replay':
      case 'heartbeat':
        this.#applyHistory(frame);
        break;
      case 'error':
        this.#onRefusal(frame);
        break;
      default:
        this.#events.applyFrame(frame);
    }
  }

  /** The outbox comes first: even if the frame reveals a gap, the message is stored. */
  #onMessage(frame: ChangeFrame): void {
    const { me, rooms, scroll, mentionAlerts } = this.parts;
    if (frame.user === me.name && frame.nonce !== undefined) this.outbox.acknowledge(frame.nonce, frame.seq);
    // A message in view was never unread: without this the lists would show it as unread for a moment.
    if (scroll.isBottomSeen) rooms.markRead(this.slug, lastChange(frame));
    const isNew = isNewMessage(frame, this.view.timeline.position);
    this.#applyHistory(frame);
    rooms.applyChange(this.slug, changeOf(frame, me.name));
    if (isNew && frame.type === 'chat_message') mentionAlerts.onMessage(this.slug, frame);
    this.#pendingEdits.onMessageChanged(frame.seq);
  }

  #applyHistory(frame: HistoryFrame): void {
    if (this.view.applyFrame(frame) === 'gap') this.#connection.reconnect();
  }

  #onWelcome(frame: Welcome): void {
    // In another tab another user has logged in: this page shows nothing that belongs to them.
    if (frame.user !== this.parts.me.name) this.#connection.end('signed-out');
    else this.#enter(frame);
  }

  #enter(frame: Welcome): void {
    this.#connection.onWelcome();
    this.parts.onWelcome(frame.version);
    this.parts.rooms.setEpoch(frame.epoch);
    if (frame.resumed) this.#readMarker.resend();
    else this.#readMarker.reset();
    this.#header.showRoom(frame.room);
    this.#applyHistory(frame);
    if (frame.read === null) return;
    this.parts.rooms.markRead(this.slug, frame.read);
    this.view.divider.onReadElsewhere(frame.read);
  }

  #onLive(): void {
    this.outbox.attachSender(this.#sender);
    void this.parts.rooms.load();
  }

  #onRefusal(frame: ErrorFrame): void {
    if (frame.nonce === undefined || this.outbox.refuse(frame.nonce, frame)) return;
    this.#pendingEdits.refuse(frame.nonce, frame.message);
  }

  #onRead(upTo: number): void {
    this.parts.rooms.markRead(this.slug, upTo);
    this.#readMarker.moveTo(upTo);
  }

  #onDrawn(): void {
    this.#actions.updateEditors();
    this.#header.showEmpty(this.view.timeline.isEmpty && this.outbox.isEmpty);
    this.#showStatus();
  }

  #onStateChange(state: ConnectionState): void {
    if (state !== 'open') this.#onConnectionLost();
    if (state === 'gone' || state === 'forbidden') this.#header.showClosed();
    if (state === 'signed-out') this.parts.onLoggedOut();
    this.#showStatus();
  }

  #onConnectionLost(): void {
    this.#batch.flush();
    this.outbox.detachSender();
    this.#pendingEdits.failAll(messages.notSaved);
  }

  #showStatus(): void {
    const { isLive, missingCount: toGo } = this.view.timeline;
    const { state, isReady } = this.#connection;
    this.parts.status.showStatus(statusOf(state, isReady && isLive, toGo));
  }
}
