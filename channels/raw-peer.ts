import { connect, type Socket } from 'node:net';

/** A client that speaks TCP and nothing else: for tests of what a well-behaved one never does. */
export class RawPeer {
  readonly #socket: Socket;
  readonly #closed = Promise.withResolvers<void>();
  #received = Buffer.alloc(0);
  #arrived = Promise.withResolvers<void>();
  #gone = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(Buffer.from(chunk)));
    socket.on('error', () => {});
    socket.on('close', () => this.#end());
  }

  static async dial(port: number): Promise<RawPeer> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect(port, '127.0.0.1', resolve);
    socket.once('error', reject);
    await promise;
    return new RawPeer(socket);
  }

  /** Writes one request and gives the answer's head. */
  static async ask(
    port: number,
    request: string | Uint8Array,
  ): Promise<{ peer: RawPeer; status: number; head: string }> {
    const peer = await RawPeer.dial(port);
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

  /** Stops reading: what is sent from now on piles up, first in the kernel, then at the server. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  /** Leaves with a TCP reset, or without a word. */
  reset(): void {
    this.#socket.resetAndDestroy();
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

/** One frame as a client sends it. */
export function maskedFrame(opcode: number, payload: string | Uint8Array): Buffer {
  const body = Buffer.from(payload);
  const mask = Buffer.from([7, 11, 13, 17]);
  const masked = body.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([frameHead(0x80 | opcode, body.length), mask, masked]);
}

export const OPCODES = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

function frameHead(first: number, length: number): Buffer {
  if (length < 126) return Buffer.from([first, 0x80 | length]);
  if (length < 65_536) return Buffer.from([first, 0xfe, length >> 8, length & 0xff]);
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 0xff;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

const UPGRADE = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};
