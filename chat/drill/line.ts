/** One connection to one room, as a program has it: texts in, texts out, an end. */

/** Who may come in: the address of a room's socket, and the headers of a handshake that is let in. */
export interface Member {
  readonly name: string;
  line(room: string, query: string): { readonly address: string; readonly headers: Readonly<Record<string, string>> };
}

export interface Ended {
  readonly code: number;
  readonly reason: string;
}

const NO_CLOSE_FRAME: Ended = { code: 1006, reason: '' };

export class Line {
  /** Resolves when it ended, or was given up; nothing is heard after that. */
  readonly ended: Promise<Ended>;
  /** `performance.now()` of the last sign of life. */
  heardAt = performance.now();
  readonly #socket: WebSocket;
  #end: (how: Ended) => void = () => {};
  #over = false;

  constructor(member: Member, room: string, query: string, hear: (text: string) => void) {
    const { address, headers } = member.line(room, query);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#socket = new WebSocket(address, { headers });
    this.#socket.addEventListener('message', (event) => this.#heard(String(event.data), hear));
    this.#socket.addEventListener('close', ({ code, reason }) => this.#finish({ code, reason }));
  }

  send(text: string): void {
    if (!this.#over && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  close(): void {
    this.#socket.close();
  }

  /** Without a word, and without waiting for one. */
  cut(): void {
    this.#finish(NO_CLOSE_FRAME);
    this.#socket.terminate();
  }

  #heard(text: string, hear: (text: string) => void): void {
    this.heardAt = performance.now();
    if (!this.#over) hear(text);
  }

  #finish(how: Ended): void {
    this.#over = true;
    this.#end(how);
  }
}
