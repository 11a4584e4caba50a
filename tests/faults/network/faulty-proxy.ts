/** A TCP proxy between clients and a server, with toxics that make anything go wrong. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Pipe } from './pipe.ts';
import type { Toxic } from './toxics.ts';

/** `down`: from the server to the client; `up`: the other way. */
export type Direction = 'up' | 'down';

interface Rule {
  readonly make: () => Toxic;
  readonly directions: readonly Direction[];
  readonly made: { readonly pipe: Pipe; readonly toxic: Toxic }[];
}

/** One connection through the proxy, both ways. */
export class ProxiedConnection {
  readonly pipes: Readonly<Record<Direction, Pipe>>;

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
  ) {
    const reset = (): void => {
      near.resetAndDestroy();
      far.resetAndDestroy();
    };
    this.pipes = { up: new Pipe(near, far, reset), down: new Pipe(far, near, reset) };
  }

  destroy(): void {
    this.near.destroy();
    this.far.destroy();
  }
}

export class FaultyProxy {
  readonly connections = new Set<ProxiedConnection>();
  readonly #rules = new Set<Rule>();
  #isDown = false;

  private constructor(
    private readonly listener: Server,
    readonly url: string,
    private readonly port: number,
  ) {}

  static async to(port: number): Promise<FaultyProxy> {
    const listener = createServer({ allowHalfOpen: true });
    await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    const proxy = new FaultyProxy(listener, `http://127.0.0.1:${address.port}`, port);
    listener.on('connection', (near) => proxy.#connect(near));
    return proxy;
  }

  /** Adds a new toxic to every open and later connection; returns a function that removes them. */
  add(make: () => Toxic, directions: readonly Direction[] = ['up', 'down']): () => void {
    const rule: Rule = { make, directions, made: [] };
    this.#rules.add(rule);
    for (const connection of this.connections) addToxic(connection, rule);
    return () => {
      this.#rules.delete(rule);
      for (const { pipe, toxic } of rule.made) pipe.remove(toxic);
    };
  }

  /** Only on the open connections. */
  addToOpenConnections(make: () => Toxic, directions: readonly Direction[] = ['up', 'down']): () => void {
    const remove = this.add(make, directions);
    for (const rule of this.#rules) if (rule.make === make) this.#rules.delete(rule);
    return remove;
  }

  /** The one toxic that does not work on bytes: every connection breaks, and none is accepted. */
  down(): void {
    this.#isDown = true;
    this.cutAll();
  }

  up(): void {
    this.#isDown = false;
  }

  cutAll(): void {
    for (const connection of this.connections) connection.destroy();
  }

  async close(): Promise<void> {
    this.down();
    await new Promise<void>((closed) => this.listener.close(() => closed()));
  }

  #connect(near: Socket): void {
    if (this.#isDown) return void near.destroy();
    const far = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    const connection = new ProxiedConnection(near, far);
    this.connections.add(connection);
    for (const rule of this.#rules) addToxic(connection, rule);
    for (const end of [near, far]) {
      end.setNoDelay(true);
      end.on('error', () => connection.destroy());
      end.on('close', () => this.connections.delete(connection));
    }
  }
}

function addToxic(connection: ProxiedConnection, { make, directions, made }: Rule): void {
  for (const direction of directions) {
    const pipe = connection.pipes[direction];
    const toxic = make();
    pipe.toxics.push(toxic);
    made.push({ pipe, toxic });
  }
}
