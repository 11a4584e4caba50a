/**
 * Handles one event at a time: events that arrive while one is being handled wait, and are handled in order of arrival.
 *
 * A handler that returns synchronously costs no promise and no allocation. After `close` no event is handled any more; a
 * handler that is still running is not awaited. `onError` receives what a handler throws; the queue goes on.
 */
export class EventQueue<Event> {
  readonly #owner: EventQueueOwner<Event>;
  #waiting: { readonly event: Event; readonly size: number }[] = NONE;
  #waitingBytes = 0;
  #isBusy = false;
  #isClosed = false;

  constructor(owner: EventQueueOwner<Event>) {
    this.#owner = owner;
  }

  /** False when the queue is full: QUEUED_EVENTS events, or QUEUED_BYTES by the sizes given here. */
  add(event: Event, size = 0): boolean {
    if (this.#isClosed) return true;
    if (!this.#isBusy) {
      this.#handleFrom(event);
      return true;
    }
    if (this.#waiting.length >= QUEUED_EVENTS || this.#waitingBytes + size > QUEUED_BYTES) return false;
    if (this.#waiting === NONE) this.#waiting = [];
    this.#waiting.push({ event, size });
    this.#waitingBytes += size;
    return true;
  }

  /** Work that is no event; no event is handled before it is done. */
  startWith(work: Promise<void>): void {
    this.#isBusy = true;
    this.#resumeAfter(work);
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = NONE;
  }

  /** Stays busy while the handler runs, so that an event which a handler sends to itself waits, too. */
  #handleFrom(first: Event): void {
    this.#isBusy = true;
    for (let event: Event | undefined = first; event !== undefined; event = this.#next()) {
      const work = this.#handle(event);
      if (!(work instanceof Promise)) continue;
      this.#resumeAfter(work);
      return;
    }
    this.#isBusy = false;
  }

  #handle(event: Event): unknown {
    try {
      return this.#owner.handleEvent(event);
    } catch (error) {
      this.#owner.onError(error);
      return undefined;
    }
  }

  #next(): Event | undefined {
    if (this.#waiting.length === 0) return undefined;
    const next = this.#waiting.shift();
    this.#waitingBytes -= next?.size ?? 0;
    return next?.event;
  }

  #resumeAfter(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#owner.onError(error)).then(() => this.#resume());
  }

  #resume(): void {
    this.#isBusy = false;
    const next = this.#next();
    if (next !== undefined) this.#handleFrom(next);
  }
}

export interface EventQueueOwner<Event> {
  handleEvent(event: Event): void | Promise<void>;
  onError(error: unknown): void;
}

/**
 * Bounds the frames that a client sends while `connect` still runs (a replay, perhaps): they wait for as long as that
 * takes. After a restart all clients may wait at once, and none has much to send so early: the bound is narrow, and the
 * queue keeps its room for layer events.
 */
export class EarlyFrames {
  #count = 0;
  #bytes = 0;

  /** False when it is too much. */
  admit(frame: string | Uint8Array): boolean {
    this.#count += 1;
    this.#bytes += Buffer.byteLength(frame);
    return this.#count <= EARLY_COUNT && this.#bytes <= EARLY_BYTES;
  }
}

export const EARLY_COUNT = 64;
/** One frame of the largest size that a server accepts by default (limits.ts). */
export const EARLY_BYTES = 64 * 1024;

export const QUEUED_EVENTS = 1_024;
export const QUEUED_BYTES = 1024 * 1024;

/** Most queues are never busy when an event arrives: they share one empty list. Never pushed to. */
const NONE: never[] = [];
