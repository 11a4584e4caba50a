/** A client's socket: every frame of the server in the order of arrival, arrays taken apart. */
import type { ServerFrame } from '../../protocol/frames.ts';
import { parseFramesStrictly } from '../../protocol/strict-frames.ts';

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type WithKeys<Union, Key extends PropertyKey> = Union extends unknown
  ? Union & { readonly [Other in Exclude<Key, keyof Union>]?: undefined }
  : never;

/** A server frame; a key that its type does not have is undefined, so that tests may compare frames of any type. */
export type Frame = WithKeys<ServerFrame, KeyOf<ServerFrame>>;
export type FrameOf<Type extends ServerFrame['type']> = Extract<Frame, { readonly type: Type }>;

export interface CloseInfo {
  readonly code: number;
  readonly reason: string;
}

/** How many of the last texts a failure shows. */
const TEXTS_SHOWN = 20;

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

  constructor(
    address: string,
    headers: Readonly<Record<string, string>>,
    tls: { readonly rejectUnauthorized: boolean } | undefined = undefined,
  ) {
    this.#socket = new WebSocket(address, { headers, ...(tls === undefined ? {} : { tls }) });
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

  /** The next frame of this type after the one returned before; rejects when the socket closes first. */
  async next<Type extends ServerFrame['type']>(type: Type): Promise<FrameOf<Type>>;
  /** The next matching frame. */
  async next(matches?: (frame: Frame) => boolean): Promise<Frame>;
  async next(wanted: string | ((frame: Frame) => boolean) = () => true): Promise<Frame> {
    const matches = typeof wanted === 'string' ? ({ type }: Frame) => type === wanted : wanted;
    for (;;) {
      while (this.#read < this.frames.length) {
        const frame = this.frames[this.#read++];
        if (frame !== undefined && matches(frame)) return frame;
      }
      if (this.#closeInfo !== null)
        throw new Error(
          `closed with ${this.#closeInfo.code} before: ${wanted}\n${this.texts.slice(-TEXTS_SHOWN).join('\n')}`,
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
    this.frames.push(...parseFramesStrictly(text));
    this.#wakeWaiting();
  }

  #wakeWaiting(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
