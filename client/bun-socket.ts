/** One connection to one room, as a program has it: texts in, texts out, an end. */

/** Who may come in: the address of a room's socket, and the headers of a handshake that is let in. */
export interface ClientIdentity {
  readonly name: string;
  line(room: string, query: string): SocketTarget;
}

export interface SocketTarget {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: { readonly rejectUnauthorized: boolean };
}

export interface ClosedSocket {
  readonly code: number;
  readonly reason: string;
}

export interface ClientSocketListener {
  hear(text: string): void;
  /** Nothing heard for so long: the line is taken for broken. */
  readonly silenceMs: number;
}

const LOOKS = 5;
/** A connection that is not made by then is given up: the system repeats a lost handshake ever more slowly. */
const OPEN_WITHIN_MS = 10_000;
const NO_CLOSE_FRAME: ClosedSocket = { code: 1006, reason: '' };

export class ClientSocket {
  /** Resolves when it ended, or was given up; nothing is heard after that. */
  readonly ended: Promise<ClosedSocket>;
  readonly #socket: WebSocket;
  #end: (how: ClosedSocket) => void = () => {};
  readonly #looking: Timer;
  #heardAt = performance.now();
  #over = false;

  constructor(member: ClientIdentity, room: string, query: string, ears: ClientSocketListener) {
    const { address, headers, tls } = member.line(room, query);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#socket = new WebSocket(address, { headers, ...(tls === undefined ? {} : { tls }) });
    this.#socket.addEventListener('message', (event) => this.#heard(String(event.data), ears));
    this.#socket.addEventListener('close', ({ code, reason }) => this.#finish({ code, reason }));
    this.#looking = setInterval(() => this.#look(ears), ears.silenceMs / LOOKS);
  }

  get isOpen(): boolean {
    return !this.#over && this.#socket.readyState === WebSocket.OPEN;
  }

  send(text: string): void {
    if (this.isOpen) this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }

  /** Without a word, and without waiting for one. */
  cut(): void {
    this.#finish(NO_CLOSE_FRAME);
    this.#socket.terminate();
  }

  #heard(text: string, ears: ClientSocketListener): void {
    this.#heardAt = performance.now();
    if (!this.#over) ears.hear(text);
  }

  #look({ silenceMs }: ClientSocketListener): void {
    const patience = this.#socket.readyState === WebSocket.CONNECTING ? Math.min(silenceMs, OPEN_WITHIN_MS) : silenceMs;
    if (performance.now() - this.#heardAt > patience) this.cut();
  }

  #finish(how: ClosedSocket): void {
    this.#over = true;
    clearInterval(this.#looking);
    this.#end(how);
  }
}
