/**
 * A road to the server's own port on which the bytes for the client may stand still for a while: what the server sees of
 * a slow reader is a connection that takes nothing.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Target = { readonly path: string } | { readonly host: string; readonly port: number };

export class StallingProxy {
  readonly #roads = new Set<Socket>();
  #isStill = false;

  private constructor(
    private readonly listener: Server,
    readonly port: number,
  ) {}

  /** `target`: where the server listens now, asked for each connection. */
  static async to(target: () => Target): Promise<StallingProxy> {
    const listener = createServer();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
    await promise;
    const relay = new StallingProxy(listener, portOf(listener.address()));
    listener.on('connection', (client) => relay.#join(client, connect(target())));
    return relay;
  }

  standStill(): void {
    this.#isStill = true;
    for (const road of this.#roads) road.pause();
  }

  flow(): void {
    this.#isStill = false;
    for (const road of this.#roads) road.resume();
  }

  close(): void {
    this.listener.close();
    for (const road of this.#roads) road.destroy();
  }

  #join(client: Socket, server: Socket): void {
    this.#roads.add(server);
    client.pipe(server);
    server.on('data', (bytes) => {
      if (client.write(bytes)) return;
      server.pause();
      client.once('drain', () => this.#isStill || server.resume());
    });
    if (this.#isStill) server.pause();
    server.on('end', () => client.end());
    server.on('close', () => {
      this.#roads.delete(server);
      client.destroy();
    });
    client.on('close', () => server.destroy());
    for (const end of [client, server]) end.on('error', () => {});
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return address.port;
}
