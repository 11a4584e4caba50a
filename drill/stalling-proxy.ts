/**
 * A proxy to the server's port that stops passing bytes to the clients for a while: to the server they are slow readers,
 * whose connections take nothing.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Target = { readonly path: string } | { readonly host: string; readonly port: number };

export class StallingProxy {
  readonly #servers = new Set<Socket>();
  #isStalled = false;

  private constructor(
    private readonly listener: Server,
    readonly port: number,
  ) {}

  /** `target`: where the server listens now, read for each connection. */
  static async start(target: () => Target): Promise<StallingProxy> {
    const listener = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
    await promise;
    const proxy = new StallingProxy(listener, portOf(listener.address()));
    listener.on('connection', (client) => proxy.#connect(client, connect(target())));
    return proxy;
  }

  stall(): void {
    this.#isStalled = true;
    for (const server of this.#servers) server.pause();
  }

  resume(): void {
    this.#isStalled = false;
    for (const server of this.#servers) server.resume();
  }

  close(): void {
    this.listener.close();
    for (const server of this.#servers) server.destroy();
  }

  #connect(client: Socket, server: Socket): void {
    this.#servers.add(server);
    client.pipe(server);
    server.on('data', (bytes) => {
      if (client.write(bytes)) return;
      server.pause();
      client.once('drain', () => this.#isStalled || server.resume());
    });
    if (this.#isStalled) server.pause();
    server.on('end', () => client.end());
    server.on('close', () => {
      this.#servers.delete(server);
      client.destroy();
    });
    client.on('close', () => server.destroy());
    for (const end of [client, server]) end.on('error', () => {});
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return address.port;
}
