import type { Socket } from '../../channels/consumer.ts';
import { TurnLimiter } from '../../channels/turn-limiter.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import type { Messages } from '../../store/store.ts';
import { encodeList } from '../messages/message-frame.ts';
import { ReplayEncoder } from './replay-encoder.ts';
import type { RoomStream } from './room-stream.ts';

const PAGE_BYTES = 32 * 1024;
/** For a slow connection: a page must not take so long that the client times out. */
const SLOW_PAGE_BYTES = 4 * 1024;
const PAGE_ROWS = 100;
/** Within this many pages a reader must have come nearer to the head; otherwise it is too slow to catch up at all. */
const PROGRESS_PAGES = 32;

/** In a busy room a broadcast is always pending: without a bound, no socket could ever join. */
const BROADCASTS_AWAITED_MAX = 4;

/** Bounds the reads for joining sockets, so that they do not delay the members of the rooms. */
const storeReads = new TurnLimiter(16);

/**
 * Brings one joining socket from a position to the head and into the room without a gap: everything changed since the
 * position in the order of the changes, then `live`, and from then on what is broadcast to the room's group.
 *
 * A page never names a position beyond what was delivered when it was read: a client that disconnects there and resumes
 * from it has missed nothing.
 */
export class Replay {
  /** Complete up to here. */
  #position: number;
  /** The last change sent; beyond `#position` while a set of rows is being read that is complete only as a whole. */
  #reached: number;
  #pages = 0;
  #pageBytes = PAGE_BYTES;
  #distanceBefore = Number.POSITIVE_INFINITY;
  #broadcastsAwaited = 0;

  constructor(
    private readonly stream: RoomStream,
    private readonly messages: Messages,
    private readonly socket: Socket,
    from: number,
  ) {
    this.#position = from;
    this.#reached = from;
  }

  /** Resolves in the turn in which `live` was sent and `join` was called; false when the socket closed. */
  async run(join: () => void): Promise<boolean> {
    for (;;) {
      if (this.socket.isClosed) return false;
      if (this.stream.filling !== null) {
        await this.stream.filling;
        continue;
      }
      const page = this.stream.recentPage(this.#position, this.#pageBytes);
      if (page === null) {
        await this.#replayFromStore();
        continue;
      }
      const sent = page.frames.length === 0 ? 'sent' : this.socket.send(encodeList(page.frames));
      this.#position = page.position;
      this.#reached = page.position;
      if (this.#position === this.stream.delivered) {
        const pending = this.#pendingBroadcast();
        if (pending !== null) {
          await pending;
          continue;
        }
        this.socket.send(encodeFrame({ type: 'live', head: this.#position }));
        join();
        return true;
      }
      await this.#afterPage(sent === 'queued');
    }
  }

  /** A broadcast queued before the socket joins must not reach it: it describes an earlier state. */
  #pendingBroadcast(): Promise<void> | null {
    if (this.#broadcastsAwaited === BROADCASTS_AWAITED_MAX) return null;
    this.#broadcastsAwaited++;
    return this.stream.nextFlush;
  }

  /** Up to what is delivered now; an edit that commits meanwhile has a higher number and must not hide its message. */
  async #replayFromStore(): Promise<void> {
    const bound = this.stream.delivered;
    // The client is complete up to the position, whether that was sent from memory or from the store.
    const encoder = new ReplayEncoder(this.#position);
    let cursor = this.#position;
    for (;;) {
      await storeReads.pass();
      if (this.socket.isClosed) return;
      const rows = await this.messages.changedSince(this.stream.roomId, cursor, bound, PAGE_ROWS);
      this.#reached = Math.min(rows.at(-1)?.changed ?? bound, bound);
      const encoded = rows.map((row) => encoder.encode(row, Math.min(row.changed, bound)));
      for (const frames of pages(
        encoded.filter((frame) => frame !== null),
        this.#pageBytes,
      )) {
        if (this.socket.isClosed) return;
        await this.#afterPage(this.socket.send(encodeList(frames)) === 'queued');
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) break;
      cursor = last.changed;
    }
    this.#position = bound;
  }

  async #afterPage(queued: boolean): Promise<void> {
    this.#pageBytes = queued ? SLOW_PAGE_BYTES : PAGE_BYTES;
    if (queued) await this.socket.drained();
    else await new Promise(setImmediate);
    this.#pages++;
    if (this.#pages % PROGRESS_PAGES !== 0) return;
    const distance = this.stream.delivered - this.#reached;
    if (distance > this.#distanceBefore) this.socket.close(CLOSE.slow);
    this.#distanceBefore = distance;
  }
}

function* pages(frames: readonly string[], bytes: number): Generator<string[]> {
  let page: string[] = [];
  let size = 0;
  for (const frame of frames) {
    page.push(frame);
    size += frame.length;
    if (size < bytes) continue;
    yield page;
    page = [];
    size = 0;
  }
  if (page.length > 0) yield page;
}
