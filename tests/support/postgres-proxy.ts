import type { Socket, TCPSocketListener } from 'bun';

/** A simple query: `Q`, its length, the text, a zero. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

interface Pair {
  client: Socket<Pair> | null;
  server: Socket<Pair> | null;
  /** Bytes that came before the server was there. */
  early: Uint8Array[];
  loses: boolean;
}

/** A line to PostgreSQL that breaks around a COMMIT: before it arrives, or before its answer does. */
export class PostgresProxy {
  answersLost = 0;
  commitsBroken = 0;
  #next: 'pass' | 'lose the answer' | 'break before' = 'pass';
  readonly #listener: TCPSocketListener<Pair>;

  private constructor(private readonly target: number) {
    this.#listener = Bun.listen<Pair>({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        open: (client) => this.#join(client),
        data: (client, bytes) => this.#fromClient(client.data, bytes),
        close: (client) => void client.data.server?.end(),
      },
    });
  }

  static async start(target: number): Promise<PostgresProxy> {
    return new PostgresProxy(target);
  }

  /** The same database, by way of this line. */
  urlOf(url: string): string {
    const through = new URL(url);
    through.port = String(this.#listener.port);
    return through.href;
  }

  loseAnswerToNextCommit(): void {
    this.#next = 'lose the answer';
  }

  breakAtNextCommit(): void {
    this.#next = 'break before';
  }

  stop(): void {
    this.#listener.stop(true);
  }

  #join(client: Socket<Pair>): void {
    const pair: Pair = { client, server: null, early: [], loses: false };
    client.data = pair;
    void Bun.connect<Pair>({
      hostname: '127.0.0.1',
      port: this.target,
      data: pair,
      socket: {
        open: (server) => {
          pair.server = server;
          for (const bytes of pair.early) server.write(bytes);
        },
        data: (_, bytes) => this.#fromServer(pair, bytes),
        close: () => void pair.client?.end(),
      },
    });
  }

  #fromClient(pair: Pair, bytes: Uint8Array): void {
    if (this.#next !== 'pass' && Buffer.from(bytes).includes(COMMIT)) {
      const next = this.#next;
      this.#next = 'pass';
      if (next === 'break before') {
        this.commitsBroken += 1;
        pair.client?.terminate();
        pair.server?.terminate();
        return;
      }
      pair.loses = true;
    }
    if (pair.server === null) pair.early.push(bytes.slice());
    else pair.server.write(bytes);
  }

  #fromServer(pair: Pair, bytes: Uint8Array): void {
    if (!pair.loses) {
      pair.client?.write(bytes);
      return;
    }
    this.answersLost += 1;
    pair.client?.terminate();
    pair.server?.terminate();
  }
}
