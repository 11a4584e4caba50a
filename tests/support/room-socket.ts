/** A client's socket: every frame of the server in the order of arrival, arrays taken apart. */

export interface Frame {
  readonly type: string;
  readonly [key: string]: unknown;
}

export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
}

/** How many of the last texts a failure shows. */
const TEXTS_TOLD = 20;

export class RoomSocket {
  /** All received frames, one by one. */
  readonly frames: Frame[] = [];
  /** The texts as received, an array of frames in one piece. */
  readonly texts: string[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<CloseInfo>;
  #socket: WebSocket;
  #read = 0;
  #closeInfo: CloseInfo | null = null;
  #waiting: Array<() => void> = [];

  constructor(address: string, headers: Readonly<Record<string, string>>) {
    this.#socket = new WebSocket(address, { headers });
    this.#socket.addEventListener('message', (event) => this.#onText(String(event.data)));
    this.opened = new Promise((resolve, reject) => {
      this.#socket.addEventListener('open', () => resolve());
      this.#socket.addEventListener('close', (event) => reject(new Error(`not opened: ${event.code} ${event.reason}`)));
    });
    this.opened.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#socket.addEventListener('close', ({ code, reason }) => {
        this.#closeInfo = { code, reason };
        this.#wakeWaiting();
        resolve(this.#closeInfo);
      });
    });
  }

  /** The next matching frame after the one returned before; rejects when the socket closes first. */
  async next(fits: string | ((frame: Frame) => boolean) = () => true): Promise<Frame> {
    const matches = typeof fits === 'string' ? (frame: Frame) => frame.type === fits : fits;
    for (;;) {
      while (this.#read < this.frames.length) {
        const frame = this.frames[this.#read++];
        if (frame !== undefined && matches(frame)) return frame;
      }
      if (this.#closeInfo !== null)
        throw new Error(
          `closed with ${this.#closeInfo.code} before: ${fits}\n${this.texts.slice(-TEXTS_TOLD).join('\n')}`,
        );
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** Skips all that has arrived: `next` returns later frames only. */
  skip(): void {
    this.#read = this.frames.length;
  }

  /** The same, and frees the memory. */
  discard(): void {
    this.frames.length = 0;
    this.texts.length = 0;
    this.#read = 0;
  }

  /** Sends an object as JSON, a text as it is. */
  send(frame: object | string): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(bytes);
  }

  async close(code?: number): Promise<CloseInfo> {
    this.#socket.close(code);
    return this.closed;
  }

  /** Without a close frame, as when the network is cut. */
  async cut(): Promise<void> {
    this.#socket.terminate();
    await this.closed;
  }

  #onText(text: string): void {
    this.texts.push(text);
    const value: unknown = JSON.parse(text);
    for (const one of Array.isArray(value) ? value : [value]) this.frames.push(parseFrame(one));
    this.#wakeWaiting();
  }

  #wakeWaiting(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function parseFrame(value: unknown): Frame {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string') {
    throw new Error(`not a frame: ${JSON.stringify(value)}`);
  }
  return { ...value, type: value.type };
}
