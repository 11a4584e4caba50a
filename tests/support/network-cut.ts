/** The line between a browser and a server, which can be pulled out and put in again. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Cable {
  readonly #ends = new Set<Socket>();
  #isIn = true;

  private constructor(
    private readonly listener: Server,
    readonly url: string,
  ) {}

  static async to(port: number): Promise<Cable> {
    const listener = createServer();
    await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    const cable = new Cable(listener, `http://127.0.0.1:${address.port}`);
    listener.on('connection', (near) => cable.#connect(near, port));
    return cable;
  }

  /** Every connection breaks, and none is made. */
  pull(): void {
    this.#isIn = false;
    for (const end of this.#ends) end.destroy();
  }

  putIn(): void {
    this.#isIn = true;
  }

  async remove(): Promise<void> {
    this.pull();
    await new Promise<void>((closed) => this.listener.close(() => closed()));
  }

  #connect(near: Socket, port: number): void {
    if (!this.#isIn) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    this.#keep(near, far);
    this.#keep(far, near);
  }

  #keep(end: Socket, other: Socket): void {
    this.#ends.add(end);
    end.pipe(other);
    end.on('error', () => other.destroy());
    end.on('close', () => {
      this.#ends.delete(end);
      other.destroy();
    });
  }
}
