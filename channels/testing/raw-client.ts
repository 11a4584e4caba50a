import { connect, type Socket } from 'node:net';

export { maskedFrame, OPCODES } from './raw-frame.ts';

/** A client that speaks TCP and nothing else: for tests of what a well-behaved one never does. */
export class RawClient {
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<void>();
  #received = Buffer.alloc(0);
  #arrived = Promise.withResolvers<void>();
  #gone = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(Buffer.from(chunk)));
    socket.on('error', () => {});
    socket.on('close', () => this.#end());
  }

  static async dial(port: number): Promise<RawClient> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect(port, '127.0.0.1', resolve);
    socket.once('error', reject);
    await promise;
    return new RawClient(socket);
  }

  /** Writes one request and gives the answer's head. */
  static async request(
    port: number,
    request: string | Uint8Array,
  ): Promise<{ peer: RawClient; status: number; head: string }> {
    const peer = await RawClient.dial(port);
    peer.write(request);
    const head = (await peer.until('\r\n\r\n')).toString('latin1');
    return { peer, head, status: Number(head.split(' ')[1] ?? 0) };
  }

  /** The connection is gone. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  write(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /** Resolves when the kernel has it: what is written next is another packet. */
  writeFlushed(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#socket.write(data, () => resolve()));
  }

  /** Stops reading: what is sent from now on piles up, first in the kernel, then at the server. */
  stopReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  /** Leaves with a TCP reset, or without a word. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Says this last thing, and that there is no more to come. */
  end(data: string | Uint8Array): void {
    this.#socket.end(data);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Takes what was received up to and with `mark`. Rejects when the connection ends before. */
  async until(mark: string | Uint8Array): Promise<Buffer> {
    for (;;) {
      const at = this.#received.indexOf(mark);
      if (at >= 0) return this.take(at + mark.length);
      if (this.#gone) throw new Error('the connection ended');
      await this.#arrived.promise;
    }
  }

  /** Waits until so many bytes are there, without taking them, or the connection has ended. */
  async waitForBytes(count: number): Promise<void> {
    while (this.#received.length < count && !this.#gone) await this.#arrived.promise;
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

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    this.#wake();
  }

  #end(): void {
    this.#gone = true;
    this.#wake();
    this.#closed.resolve();
  }

  #wake(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
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
