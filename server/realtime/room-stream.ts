import { BroadcastBatch } from '../../channels/layer/broadcast-batch.ts';
import type { ChannelLayer, InterceptedGroup, LayerEvent } from '../../channels/layer/layer.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { HEARTBEAT_S } from '../../protocol/limits.ts';
import type { Message, Store } from '../../store/store.ts';
import {
  changedMessageOf,
  MESSAGE_CHANGED,
  ROOM_RENAMED,
  renamedRoomOf,
  roomFramesEvent,
  roomGroup,
} from '../layer-events.ts';
import { encodeChanged, encodeServerFrame } from '../messages/message-frame.ts';
import { type Page, RecentChanges } from './recent-changes.ts';
import { ReplayEncoder } from './replay-encoder.ts';

/** How long a change that arrived out of order waits for the missing one before it is read from the store. */
const OUT_OF_ORDER_MS = 50;
const FILL_RETRY_MS = 1_000;
const FILL_ROWS = 200;

/**
 * The interceptor of a room's group in this process, which puts the room's changes in order: the members receive them by
 * their numbers, each once, without a gap; missing ones are read from the store.
 */
export class RoomStream {
  readonly #recent = new RecentChanges();
  readonly #outOfOrder = new Map<number, Message>();
  readonly #batch: BroadcastBatch;
  #group: InterceptedGroup | null = null;
  /** Added to the batch; `#delivered` follows when the batch is flushed. */
  #queued = -1;
  #delivered = -1;
  #closed = false;
  #filling: Promise<void> | null = null;
  #fillTimer: Timer | null = null;
  #heartbeat: Timer | null = null;
  #awaiting: { readonly changed: number; readonly run: () => void }[] = [];

  constructor(
    readonly roomId: number,
    private readonly store: Store,
    private readonly layer: ChannelLayer,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#batch = new BroadcastBatch((text) => this.#group?.deliver(roomFramesEvent(text)));
  }

  /** Subscribes first, then reads the head of the room: what is committed in between is not missed. */
  async open(): Promise<this> {
    this.#group = await this.layer.intercept(roomGroup(this.roomId), (event) => this.#onEvent(event));
    try {
      this.#start(await this.store.messages.head(this.roomId));
    } catch (error) {
      await this.close();
      throw error;
    }
    return this;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat ?? undefined);
    clearTimeout(this.#fillTimer ?? undefined);
    this.flush();
    await this.#group?.remove();
    this.#group = null;
  }

  /** The number of the last change delivered to the members. */
  get delivered(): number {
    return this.#delivered;
  }

  /** The pending broadcast: a socket that joins before this resolves receives it, too. Null when none is pending. */
  get nextFlush(): Promise<void> | null {
    return this.#batch.nextFlush;
  }

  /** Sends a frame to all members, in its place among the messages. */
  broadcast(frame: string): void {
    this.#batch.add(frame);
  }

  flush(): void {
    this.#batch.flush();
  }

  /** Runs as soon as this change has been delivered to the members. */
  whenDelivered(changed: number, run: () => void): void {
    if (changed <= this.#delivered) run();
    else this.#awaiting.push({ changed, run });
  }

  /** Delivered changes after a position, from memory; null when they are no longer there. */
  recentPage(position: number, bytes: number): Page | null {
    return this.#recent.page(position, this.#delivered, bytes);
  }

  /** While a gap is being filled numbers are skipped: no socket may join before it is done. */
  get filling(): Promise<void> | null {
    return this.#filling;
  }

  /** Delivers what the store has beyond what was delivered here. Retries while the store cannot be read. */
  catchUp(): Promise<void> {
    this.#filling ??= this.#fillUntilDone().finally(() => {
      this.#filling = null;
      this.#deliverOutOfOrder();
    });
    return this.#filling;
  }

  #start(head: number): void {
    this.#queued = head;
    this.#delivered = head;
    this.#deliverOutOfOrder();
    this.#heartbeat = setInterval(() => this.#sendHeartbeat(), HEARTBEAT_S * 1_000);
  }

  #onEvent(event: LayerEvent): void {
    if (event.type === MESSAGE_CHANGED) this.#onMessage(changedMessageOf(event));
    else if (event.type === ROOM_RENAMED) this.broadcast(encodeFrame({ type: 'room', room: renamedRoomOf(event) }));
    else this.#group?.deliver(event);
  }

  #onMessage(message: Message): void {
    if (message.changed <= this.#queued) return;
    if (message.changed === this.#queued + 1 && this.#filling === null && this.#queued >= 0) {
      this.#deliver(message);
      if (this.#outOfOrder.size > 0) this.#deliverOutOfOrder();
      return;
    }
    this.#outOfOrder.set(message.changed, message);
    if (this.#queued >= 0) this.#scheduleFill();
  }

  /** Not while a gap is being filled: what is read from the store then would be delivered a second time. */
  #deliverOutOfOrder(): void {
    if (this.#filling !== null) return;
    for (const number of this.#outOfOrder.keys()) if (number <= this.#queued) this.#outOfOrder.delete(number);
    for (;;) {
      const next = this.#outOfOrder.get(this.#queued + 1);
      if (next === undefined) break;
      this.#outOfOrder.delete(next.changed);
      this.#deliver(next);
    }
    if (this.#outOfOrder.size > 0) this.#scheduleFill();
  }

  #scheduleFill(): void {
    this.#fillTimer ??= setTimeout(() => {
      this.#fillTimer = null;
      this.#deliverOutOfOrder();
      if (this.#outOfOrder.size > 0) void this.catchUp();
    }, OUT_OF_ORDER_MS);
  }

  #deliver(message: Message): void {
    const text = message.changed === message.seq ? encodeServerFrame(message) : encodeChanged(message);
    this.#queued = message.changed;
    this.#recent.add(message, text);
    this.#batch.add(text, () => this.#deliveredUpTo(message.changed));
  }

  #deliveredUpTo(changed: number): void {
    this.#delivered = changed;
    if (this.#awaiting.length === 0) return;
    const due = this.#awaiting.filter((one) => one.changed <= changed);
    this.#awaiting = this.#awaiting.filter((one) => one.changed > changed);
    for (const one of due) one.run();
  }

  async #fillUntilDone(): Promise<void> {
    while (!this.#closed) {
      try {
        return await this.#fill();
      } catch (error) {
        this.onError(error);
        await Bun.sleep(FILL_RETRY_MS);
      }
    }
  }

  /** A row has only its last change, so numbers may be skipped: `replay` … `live` marks this for the members. */
  async #fill(): Promise<void> {
    let rows = await this.#missingRows();
    if (rows.length === 0) return;
    const encoder = new ReplayEncoder(this.#queued);
    this.#recent.clear();
    this.broadcast(encodeFrame({ type: 'replay' }));
    while (rows.length > 0) {
      for (const row of rows) this.#addReplayed(row, encoder);
      rows = await this.#missingRows();
    }
    const head = this.#queued;
    await new Promise<void>((resolve) => this.#batch.add(encodeFrame({ type: 'live', head }), resolve));
    this.#deliveredUpTo(head);
  }

  #missingRows(): Promise<Message[]> {
    return this.store.messages.changedSince(this.roomId, this.#queued, Number.MAX_SAFE_INTEGER, FILL_ROWS);
  }

  #addReplayed(row: Message, encoder: ReplayEncoder): void {
    this.#queued = row.changed;
    const frame = encoder.encode(row);
    if (frame !== null) this.#batch.add(frame);
  }

  #sendHeartbeat(): void {
    if (this.#filling === null) this.broadcast(encodeFrame({ type: 'heartbeat', head: this.#queued }));
  }
}
