import type { Socket } from '../../channels/consumer.ts';
import { encodeFrame, refusalFrame } from '../../protocol/frames.ts';
import { CLOSE, Refusal, type RefusalCode } from '../../protocol/refusals.ts';

const REFUSALS_MAX = 50;
const WINDOW_MS = 10_000;

/** Sends refusals to a socket, and closes it after too many. */
export class RefusalSender {
  readonly #limit = new RefusalLimit();

  send(socket: Socket, code: RefusalCode, nonce?: string, retryAfter?: number): void {
    socket.send(encodeFrame(refusalFrame(code, nonce, retryAfter)));
    this.#limit.count();
    if (this.#limit.isExceeded) socket.close(CLOSE.flood);
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
class RefusalLimit {
  readonly #times: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  count(): void {
    this.#times.push(this.now());
    if (this.#times.length > REFUSALS_MAX) this.#times.shift();
  }

  /** Whether the last REFUSALS_MAX refusals came within WINDOW_MS. */
  get isExceeded(): boolean {
    const [oldest = 0] = this.#times;
    const latest = this.#times.at(-1) ?? 0;
    return this.#times.length === REFUSALS_MAX && latest - oldest < WINDOW_MS;
  }
}
