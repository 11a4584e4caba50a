import type { SendResult } from '../consumer.ts';
import type { RuntimeSocket } from './connection-context.ts';
import type { BufferedSocket, SendBudget } from './send-budget.ts';

export interface SendBufferLimits {
  readonly softBytes: number;
  readonly sendBudget: SendBudget;
}

export interface SendBufferOwner {
  closeAsSlow(): void;
  terminate(): void;
}

/**
 * Bounds the bytes that wait for one socket. The peer always receives a prefix of what was sent, without a gap: once a
 * frame is left out, the socket is closed.
 */
export class SendBuffer implements BufferedSocket {
  readonly #socket: RuntimeSocket;
  readonly #limits: SendBufferLimits;
  readonly #owner: SendBufferOwner;
  /** The runtime queued bytes and has reported no drain since. It reports none when it queued nothing. */
  #isBuffering = false;
  #isClosed = false;
  #drainWaiters: (() => void)[] = NONE;

  constructor(socket: RuntimeSocket, limits: SendBufferLimits, owner: SendBufferOwner) {
    this.#socket = socket;
    this.#limits = limits;
    this.#owner = owner;
  }

  get bufferedBytes(): number {
    return this.#isClosed ? 0 : this.#socket.getBufferedAmount();
  }

  send(data: string | Uint8Array): SendResult {
    if (this.#isClosed) return 'closed';
    const before = this.#isBuffering ? this.bufferedBytes : 0;
    if (this.#isBuffering && this.#isTooMuch(before, data)) return this.#closeSlow();
    const taken = this.#socket.send(data);
    if (taken > 0 || data.length === 0) return 'sent';
    return taken === -1 ? this.#onQueued(before) : this.#onDropped();
  }

  drained(): Promise<void> {
    if (!this.#isBuffering) return Promise.resolve();
    return new Promise((resolve) => {
      if (this.#drainWaiters === NONE) this.#drainWaiters = [];
      this.#drainWaiters.push(resolve);
    });
  }

  /** The runtime wrote some of the buffered bytes. */
  onDrain(): void {
    if (this.bufferedBytes === 0) this.#onEmpty();
  }

  close(): void {
    this.#isClosed = true;
    this.#onEmpty();
  }

  closeAsSlow(): void {
    this.#owner.closeAsSlow();
  }

  /** Checked before sending: above its own limit the runtime drops the socket without a close frame. */
  #isTooMuch(before: number, data: string | Uint8Array): boolean {
    const left = this.#limits.softBytes - before;
    // A UTF-16 unit becomes one to three bytes: they are counted only when that decides.
    if (data.length > left) return true;
    return data.length * 3 > left && Buffer.byteLength(data) > left;
  }

  #onQueued(before: number): SendResult {
    this.#isBuffering = true;
    const after = this.bufferedBytes;
    this.#limits.sendBudget.addBytes(this, Math.max(0, after - before));
    if (this.#isClosed) return 'closed';
    return after > this.#limits.softBytes ? this.#closeSlow() : 'queued';
  }

  #closeSlow(): SendResult {
    this.#owner.closeAsSlow();
    return 'closed';
  }

  /** Above its own limit the runtime drops the frame, and then the socket, without a close frame. */
  #onDropped(): SendResult {
    this.#owner.terminate();
    return 'closed';
  }

  #onEmpty(): void {
    this.#isBuffering = false;
    this.#limits.sendBudget.remove(this);
    const waiters = this.#drainWaiters;
    this.#drainWaiters = NONE;
    for (const resolve of waiters) resolve();
  }
}

/** Few callers ever wait for a drain: all buffers share one empty list. Never pushed to. */
const NONE: never[] = [];
