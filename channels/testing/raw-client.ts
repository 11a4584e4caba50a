import { connect, type Socket } from 'node:net';

export { maskedFrame, OPCODES } from './raw-frame.ts';

/** A client of bare TCP, for tests of input that a well-behaved client never sends. */
export class RawClient {
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<void>();
  #received = Buffer.alloc(0);
  #nextChunk = Promise.withResolvers<void>();
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#onData(Buffer.from(chunk)));
    socket.on('error', () => {});
    socket.on('close', () => this.#onClose());
  }

  static async dial(port: number): Promise<RawClient> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect(port, '127.0.0.1', resolve);
    socket.once('error', reject);
    await promise;
    return new RawClient(socket);
  }

  /** Dials, writes one request and reads the head of the response. */
  static async request(
    port: number,
    request: string | Uint8Array,
  ): Promise<{ peer: RawClient; status: number; head: string }> {
    const peer = await RawClient.dial(port);
    peer.write(request);
    const head = (await peer.until('\r\n\r\n')).toString('latin1');
    return { peer, head, status: Number(head.split(' ')[1] ?? 0) };
  }

  /** Resolves when the connection is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /** Resolves when the kernel has the data: the next write is another packet. */
  writeFlushed(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.write(data, () => resolve()));
  }

  /** From now on data piles up, first in the kernel, then at the server. */
  stopReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  /** Closes with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Writes the last data and half-closes the connection. */
  end(data: string | Uint8Array): void {
    this.#socket.end(data);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Takes the received bytes up to and including `mark`. Rejects when the connection ends before. */
  async until(mark: string | Uint8Array): Promise<Buffer> {
    for (;;) {
      const at = this.#received.indexOf(mark);
      if (at >= 0) return this.take(at + mark.length);
      if (this.#isClosed) throw new Error('the connection ended');
      await this.#nextChunk.promise;
    }
  }

  /** Resolves when so many bytes have arrived, or the connection has ended; does not take them. */
  async waitForBytes(count: number): Promise<void> {
    while (this.#received.length < count && !this.#isClosed) await this.#nextChunk.promise;
  }

  /** Everything until the connection ends. */
  async rest(): Promise<Buffer> {
    await this.closed;
    return this.take(this.#received.length);
  }

  take(count: number): Buffer {
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }

  #onData(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    this.#wake();
  }

  #onClose(): void {
    this.#isClosed = true;
    this.#wake();
    this.#closed.resolve();
  }

  #wake(): void {
    this.#nextChunk.resolve();
    this.#nextChunk = Promise.withResolvers();
  }
}

export function handshake(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ ...UPGRADE, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

const UPGRADE = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};
