/** A socket to one room for a program on Bun, whose WebSocket takes headers and TLS options. */
import type { SocketClose } from './socket.ts';

/** A user with a session, and how a socket is opened in their name. */
export interface ClientIdentity {
  readonly name: string;
  /** `query`: as `after=3&epoch=…`, or empty. */
  socketTarget(room: string, query: string): SocketTarget;
}

export interface SocketTarget {
  readonly address: string;
  /** The headers of the handshake: cookie and origin. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: { readonly rejectUnauthorized: boolean };
}

export interface ClientSocketListener {
  onText(text: string): void;
  /** Without a text for so long, the connection is taken for broken. */
  readonly silenceMs: number;
}

const CHECKS_PER_SILENCE = 5;
/** A connection that is not open by then is given up: the system repeats a lost handshake at growing intervals. */
const OPEN_WITHIN_MS = 10_000;
const NO_CLOSE_FRAME: SocketClose = { code: 1006, reason: '' };

export class ClientSocket {
  /** Resolves when it was closed or given up; no text is emitted after that. */
  readonly closed: Promise<SocketClose>;
  readonly #socket: WebSocket;
  readonly #silenceCheck: Timer;
  #resolveClosed: (close: SocketClose) => void = () => {};
  #openedAt: number | null = null;
  #receivedAt = performance.now();
  #isClosed = false;

  constructor({ address, headers, tls }: SocketTarget, listener: ClientSocketListener) {
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#socket = new WebSocket(address, { headers, ...(tls === undefined ? {} : { tls }) });
    this.#socket.addEventListener('open', () => this.#onOpen());
    this.#socket.addEventListener('message', (event) => this.#onMessage(String(event.data), listener));
    this.#socket.addEventListener('close', ({ code, reason }) => this.#finish({ code, reason }));
    this.#silenceCheck = setInterval(() => this.#checkSilence(listener), listener.silenceMs / CHECKS_PER_SILENCE);
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Milliseconds since it opened; 0 if it never did. */
  get heldMs(): number {
    return this.#openedAt === null ? 0 : performance.now() - this.#openedAt;
  }

  get hasOpened(): boolean {
    return this.#openedAt !== null;
  }

  send(text: string): void {
    if (this.isOpen) this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }

  /** Without a close frame, and without waiting for one. */
  terminate(): void {
    this.#finish(NO_CLOSE_FRAME);
    this.#socket.terminate();
  }

  #onOpen(): void {
    this.#openedAt = performance.now();
  }

  #onMessage(text: string, listener: ClientSocketListener): void {
    this.#receivedAt = performance.now();
    if (!this.#isClosed) listener.onText(text);
  }

  #checkSilence({ silenceMs }: ClientSocketListener): void {
    const isConnecting = this.#socket.readyState === WebSocket.CONNECTING;
    const limitMs = isConnecting ? Math.min(silenceMs, OPEN_WITHIN_MS) : silenceMs;
    if (performance.now() - this.#receivedAt > limitMs) this.terminate();
  }

  #finish(close: SocketClose): void {
    this.#isClosed = true;
    clearInterval(this.#silenceCheck);
    this.#resolveClosed(close);
  }
}
