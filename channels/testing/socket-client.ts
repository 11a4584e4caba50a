import { isDeepStrictEqual } from 'node:util';
import type { CloseInfo } from '../consumer.ts';

/** A client's side of a conversation, for tests: what was heard waits until it is asked for. */
export class SocketClient {
  readonly #heard: Frame[] = [];
  readonly #asked: ((frame: Frame | CloseInfo) => void)[] = [];
  #side: Peer = SILENT;
  #ending = Promise.withResolvers<CloseInfo>();
  #ended: CloseInfo | null = null;

  /** Resolves when the connection has ended, however it did. */
  get closed(): Promise<CloseInfo> {
    return this.#ending.promise;
  }

  sendText(text: string): void {
    this.#side.send(text);
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#side.send(bytes);
  }

  sendJson(value: unknown): void {
    this.#side.send(JSON.stringify(value));
  }

  /** The next frame. Rejects when it is binary, and when the connection ends, or TALK_WAIT_MS pass, without one. */
  async receiveText(): Promise<string> {
    const frame = await this.#receive();
    if (typeof frame === 'string') return frame;
    throw new Error('the frame is binary');
  }

  async receiveBytes(): Promise<Uint8Array> {
    const frame = await this.#receive();
    if (typeof frame !== 'string') return frame;
    throw new Error(`the frame is text: ${frame}`);
  }

  async receiveJson(): Promise<unknown> {
    return JSON.parse(await this.receiveText());
  }

  /** Skips frames until one has these keys with these values. */
  async receiveLike(wanted: Readonly<Record<string, unknown>>): Promise<unknown> {
    for (;;) {
      const frame = await this.receiveJson();
      if (isLike(frame, wanted)) return frame;
    }
  }

  /** Throws when there is a frame now, or one comes within `ms`. */
  async receiveNothing(ms = 20): Promise<void> {
    await Bun.sleep(ms);
    const [frame] = this.#heard;
    if (frame !== undefined) throw new Error(`expected silence, heard ${String(frame)}`);
  }

  async close(code = 1000, reason = ''): Promise<CloseInfo> {
    this.#side.close(code, reason);
    return this.closed;
  }

  /** Goes without a close frame. */
  drop(): void {
    this.#side.drop();
  }

  // The other side.

  attach(side: Peer): void {
    this.#side = side;
  }

  onFrame(frame: Frame): void {
    const asked = this.#asked.shift();
    if (asked === undefined) this.#heard.push(frame);
    else asked(frame);
  }

  onClose(ending: CloseInfo): void {
    if (this.#ended !== null) return;
    this.#ended = ending;
    this.#ending.resolve(ending);
    for (const asked of this.#asked.splice(0)) asked(ending);
  }

  async #receive(): Promise<Frame> {
    const frame = this.#heard.shift() ?? this.#ended ?? (await this.#next());
    if (typeof frame === 'string' || frame instanceof Uint8Array) return frame;
    throw new Error(`the connection ended with ${frame.code} ${frame.reason}`);
  }

  async #next(): Promise<Frame | CloseInfo> {
    const { promise, resolve, reject } = Promise.withResolvers<Frame | CloseInfo>();
    this.#asked.push(resolve);
    const late = setTimeout(() => reject(new Error('no frame came')), RECEIVE_TIMEOUT_MS);
    return promise.finally(() => clearTimeout(late));
  }
}

export const RECEIVE_TIMEOUT_MS = 4_000;

export type Frame = string | Uint8Array;

export interface Peer {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code: number, reason: string): void;
  drop(): void;
}

const SILENT: Peer = { send: () => {}, close: () => {}, drop: () => {} };

function isLike(frame: unknown, wanted: Readonly<Record<string, unknown>>): boolean {
  if (typeof frame !== 'object' || frame === null) return false;
  const has = new Map(Object.entries(frame));
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(has.get(key), value));
}
