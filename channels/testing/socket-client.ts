import { isDeepStrictEqual } from 'node:util';
import type { CloseInfo } from '../consumer.ts';

/** The client of one socket, for tests: received frames wait until the test asks for them. */
export class SocketClient {
  readonly #received: Frame[] = [];
  readonly #receivers: ((frame: Frame | CloseInfo) => void)[] = [];
  #peer: Peer = UNATTACHED;
  #closing = Promise.withResolvers<CloseInfo>();
  #closeInfo: CloseInfo | null = null;

  /** Resolves when the connection has ended, in whatever way. */
  get closed(): Promise<CloseInfo> {
    return this.#closing.promise;
  }

  sendText(text: string): void {
    this.#peer.send(text);
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#peer.send(bytes);
  }

  sendJson(value: unknown): void {
    this.#peer.send(JSON.stringify(value));
  }

  /** The next frame. Rejects when it is binary, and when the connection ends or RECEIVE_TIMEOUT_MS pass before it. */
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
    const [frame] = this.#received;
    if (frame !== undefined) throw new Error(`expected no frame, received ${String(frame)}`);
  }

  async close(code = 1000, reason = ''): Promise<CloseInfo> {
    this.#peer.close(code, reason);
    return this.closed;
  }

  /** Disconnects without a close frame. */
  drop(): void {
    this.#peer.drop();
  }

  // Called by the test kit.

  attach(peer: Peer): void {
    this.#peer = peer;
  }

  onFrame(frame: Frame): void {
    const receiver = this.#receivers.shift();
    if (receiver === undefined) this.#received.push(frame);
    else receiver(frame);
  }

  onClose(info: CloseInfo): void {
    if (this.#closeInfo !== null) return;
    this.#closeInfo = info;
    this.#closing.resolve(info);
    for (const receiver of this.#receivers.splice(0)) receiver(info);
  }

  async #receive(): Promise<Frame> {
    const frame = this.#received.shift() ?? this.#closeInfo ?? (await this.#next());
    if (typeof frame === 'string' || frame instanceof Uint8Array) return frame;
    throw new Error(`the connection ended with ${frame.code} ${frame.reason}`);
  }

  async #next(): Promise<Frame | CloseInfo> {
    const { promise, resolve, reject } = Promise.withResolvers<Frame | CloseInfo>();
    this.#receivers.push(resolve);
    const timer = setTimeout(() => reject(new Error('no frame arrived in time')), RECEIVE_TIMEOUT_MS);
    return promise.finally(() => clearTimeout(timer));
  }
}

export const RECEIVE_TIMEOUT_MS = 4_000;

export type Frame = string | Uint8Array;

export interface Peer {
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code: number, reason: string): void;
  drop(): void;
}

const UNATTACHED: Peer = { send: () => {}, close: () => {}, drop: () => {} };

function isLike(frame: unknown, wanted: Readonly<Record<string, unknown>>): boolean {
  if (typeof frame !== 'object' || frame === null) return false;
  const fields = new Map(Object.entries(frame));
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(fields.get(key), value));
}
