import type { Socket } from '../../channels/consumer.ts';
import { encodeFrame } from '../../protocol/frames.ts';
import { refusalFrame } from '../../protocol/refusal-frame.ts';
import { CLOSE, Refusal, type RefusalCode } from '../../protocol/refusals.ts';

const REFUSALS = 50;
const WITHIN_MS = 10_000;

/** How a socket is told what was refused, until it has been told too often. */
export class RefusalSender {
  readonly #limit = new RefusalLimit();

  send(socket: Socket, code: RefusalCode, nonce?: string, retryAfter?: number): void {
    socket.send(encodeFrame(refusalFrame(code, nonce, retryAfter)));
    if (this.#limit.isExceededByOneMore()) socket.close(CLOSE.flood);
  }

  /** Handles a text frame. What is no text closes the socket; what the handler refuses is told. */
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

/** Who goes on after so many refusals is not a person who mistyped. */
export class RefusalLimit {
  readonly #times: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts one refusal; true when they are too many. */
  isExceededByOneMore(): boolean {
    const now = this.now();
    this.#times.push(now);
    if (this.#times.length < REFUSALS) return false;
    const oldest = this.#times.shift() ?? 0;
    return now - oldest < WITHIN_MS;
  }
}
