import type { Socket } from '../../channels/consumer.ts';
import { TurnLimiter } from '../../channels/turn-limiter.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import type { Messages } from '../../store/store.ts';
import { encodeList } from '../messages/message-frame.ts';
import { ReplayEncoder } from './replay-encoder.ts';
import type { RoomStream } from './room-stream.ts';

const PAGE_BYTES = 32 * 1024;
/** For a slow line: a page must not take so long that the reader hears nothing and gives up. */
const SLOW_PAGE_BYTES = 4 * 1024;
const PAGE_ROWS = 100;
/** Over so many pages a reader must have come nearer to the present; else it is too slow to catch up, ever. */
const PROGRESS_PAGES = 32;

/** In a flood something is being said always, and nobody would ever come in. */
const FRAMES_WAITED_MAX = 4;

/** Rows read for newcomers must not keep the members waiting. */
const storePages = new TurnLimiter(16);

/**
 * Brings one newcomer from a position to the present, and into the room without a seam: everything changed since the
 * position in the order of the changes, then `live`, and from then on what the room's group hears.
 *
 * A page never tells a position beyond what was delivered when it was read: who breaks off there and comes back with it
 * has missed nothing.
 */
export class Replay {
  /** Complete up to here. */
  #position: number;
  /** How far the pages have come; past `#position` while rows are being read that only together are complete. */
  #reached: number;
  #pages = 0;
  #pageBytes = PAGE_BYTES;
  #distanceBefore = Number.POSITIVE_INFINITY;
  #framesWaited = 0;

  constructor(
    private readonly stream: RoomStream,
    private readonly messages: Messages,
    private readonly socket: Socket,
    from: number,
  ) {
    this.#position = from;
    this.#reached = from;
  }

  /** Resolves in the turn in which the newcomer was told `live` and `join` was called; false when it went away. */
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
        const telling = this.#pendingBroadcast();
        if (telling !== null) {
          await telling;
          continue;
        }
        this.socket.send(encodeFrame({ type: 'live', head: this.#position }));
        join();
        return true;
      }
      await this.#afterPage(sent === 'queued');
    }
  }

  /** What was said of a time before the newcomer is not for them. */
  #pendingBroadcast(): Promise<void> | null {
    if (this.#framesWaited === FRAMES_WAITED_MAX) return null;
    this.#framesWaited++;
    return this.stream.nextFlush;
  }

  /** Up to what is delivered now; an edit that commits meanwhile has a higher number and must not hide its message. */
  async #replayFromStore(): Promise<void> {
    const bound = this.stream.delivered;
    // Complete up to the position: what was told before it, from memory perhaps, this reader has.
    const retelling = new ReplayEncoder(this.#position);
    let cursor = this.#position;
    for (;;) {
      await storePages.pass();
      if (this.socket.isClosed) return;
      const rows = await this.messages.changedSince(this.stream.roomId, cursor, bound, PAGE_ROWS);
      this.#reached = Math.min(rows.at(-1)?.changed ?? bound, bound);
      const told = rows.map((row) => retelling.encode(row, Math.min(row.changed, bound)));
      for (const frames of pages(
        told.filter((frame) => frame !== null),
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
