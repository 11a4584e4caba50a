import type { SendResult } from '../consumer.ts';
import type { RuntimeSocket } from './connection-context.ts';
import type { BufferedSocket, SendBudget } from './send-budget.ts';

export interface SendBufferLimits {
  readonly softBytes: number;
  readonly sendBudget: SendBudget;
}

/** Who is told when no more can be sent. */
export interface SendBufferOwner {
  closeAsSlow(): void;
  terminate(): void;
}

/**
 * What one socket has to send, with its bound. What the peer received is always a beginning of what was sent, without a
 * hole: once something was left out, the socket is closed.
 */
export class SendBuffer implements BufferedSocket {
  readonly #wire: RuntimeSocket;
  readonly #limits: SendBufferLimits;
  readonly #owner: SendBufferOwner;
  /** The runtime queued something and has not told of a drain since. It tells of none if nothing was queued. */
  #behind = false;
  #ended = false;
  #drained: (() => void)[] = NONE;

  constructor(wire: RuntimeSocket, limits: SendBufferLimits, owner: SendBufferOwner) {
    this.#wire = wire;
    this.#limits = limits;
    this.#owner = owner;
  }

  get waiting(): number {
    return this.#ended ? 0 : this.#wire.getBufferedAmount();
  }

  send(data: string | Uint8Array): SendResult {
    if (this.#ended) return 'gone';
    const before = this.#behind ? this.waiting : 0;
    if (this.#behind && this.#isTooMuch(before, data)) return this.#tooSlow();
    const taken = this.#wire.send(data);
    if (taken > 0 || data.length === 0) return 'sent';
    return taken === -1 ? this.#queued(before) : this.#dropped();
  }

  drained(): Promise<void> {
    if (!this.#behind) return Promise.resolve();
    return new Promise((resolve) => {
      if (this.#drained === NONE) this.#drained = [];
      this.#drained.push(resolve);
    });
  }

  /** The runtime could write again. */
  flowed(): void {
    if (this.waiting === 0) this.#clear();
  }

  end(): void {
    this.#ended = true;
    this.#clear();
  }

  closeAsSlow(): void {
    this.#owner.closeAsSlow();
  }

  /** Asked before it is sent: past its own limit the runtime drops the socket without a close frame. */
  #isTooMuch(before: number, data: string | Uint8Array): boolean {
    const left = this.#limits.softBytes - before;
    // A UTF-16 unit becomes one to three bytes: they are counted only where that decides.
    if (data.length > left) return true;
    return data.length * 3 > left && Buffer.byteLength(data) > left;
  }

  #queued(before: number): SendResult {
    this.#behind = true;
    const waiting = this.waiting;
    this.#limits.sendBudget.grew(this, Math.max(0, waiting - before));
    if (this.#ended) return 'gone';
    return waiting > this.#limits.softBytes ? this.#tooSlow() : 'queued';
  }

  #tooSlow(): SendResult {
    this.#owner.closeAsSlow();
    return 'gone';
  }

  /** Past its own limit the runtime drops the text, and then the socket, without a close frame. */
  #dropped(): SendResult {
    this.#owner.terminate();
    return 'gone';
  }

  #clear(): void {
    this.#behind = false;
    this.#limits.sendBudget.forget(this);
    const waiters = this.#drained;
    this.#drained = NONE;
    for (const resolve of waiters) resolve();
  }
}

/** Hardly anybody ever waits: all share one empty list. Never pushed to. */
const NONE: never[] = [];
