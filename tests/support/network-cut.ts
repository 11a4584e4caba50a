/** A TCP proxy between a browser and a server, which can be cut and restored. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class CuttableProxy {
  readonly #ends = new Set<Socket>();
  #isUp = true;

  private constructor(
    private readonly listener: Server,
    readonly url: string,
  ) {}

  static async to(port: number): Promise<CuttableProxy> {
    const listener = createServer();
    await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    const proxy = new CuttableProxy(listener, `http://127.0.0.1:${address.port}`);
    listener.on('connection', (near) => proxy.#connect(near, port));
    return proxy;
  }

  /** Breaks every connection, and accepts none. */
  cut(): void {
    this.#isUp = false;
    for (const end of this.#ends) end.destroy();
  }

  restore(): void {
    this.#isUp = true;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((closed) => this.listener.close(() => closed()));
  }

  #connect(near: Socket, port: number): void {
    if (!this.#isUp) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    this.#pipe(near, far);
    this.#pipe(far, near);
  }

  #pipe(end: Socket, other: Socket): void {
    this.#ends.add(end);
    end.pipe(other);
    end.on('error', () => other.destroy());
    end.on('close', () => {
      this.#ends.delete(end);
      other.destroy();
    });
  }
}
