import type { Socket } from '../../channels/consumer.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { refusalFrame } from '../../protocol/refusal-frame.ts';
import { CLOSE, Refusal, type RefusalCode } from '../../protocol/refusals.ts';

const REFUSALS_MAX = 50;
const WINDOW_MS = 10_000;

/** Sends refusals to a socket, and closes it after too many. */
export class RefusalSender {
  readonly #limit = new RefusalLimit();

  send(socket: Socket, code: RefusalCode, nonce?: string, retryAfter?: number): void {
    socket.send(encodeFrame(refusalFrame(code, nonce, retryAfter)));
    if (this.#limit.isExceeded()) socket.close(CLOSE.flood);
  }

  /** Handles a text frame. A binary frame closes the socket; a Refusal of the handler is sent. */
  onData(data: string | Uint8Array, socket: Socket, handle: (text: string) => void): void {
    if (typeof data !== 'string') {
      socket.close(CLOSE.binary);
      return;
    }
    try {
      handle(data);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.send(socket, error.code, error.nonce, error.retryAfter);
    }
  }
}

/** More refusals than typing errors can cause. */
export class RefusalLimit {
  readonly #times: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts one refusal; true when there are too many within WINDOW_MS. */
  isExceeded(): boolean {
    const now = this.now();
    this.#times.push(now);
    if (this.#times.length < REFUSALS_MAX) return false;
    const oldest = this.#times.shift() ?? 0;
    return now - oldest < WINDOW_MS;
  }
}
