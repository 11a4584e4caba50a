import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawClient } from './raw-client.ts';

/** A real Redis of one's own: on a free port, with nothing kept, in a directory that goes with it. */
export class RedisServer {
  readonly port: number;
  readonly #directory: string;
  #program: Bun.Subprocess | null = null;

  private constructor(port: number, directory: string) {
    this.port = port;
    this.#directory = directory;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'redis-')));
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers: again, and empty, after it was killed. */
  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#directory];
    this.#program = Bun.spawn(['redis-server', ...options], { stdout: 'ignore', stderr: 'ignore' });
    while (!(await this.#answers())) await Bun.sleep(5);
  }

  /** With kill -9. */
  async kill(): Promise<void> {
    this.#program?.kill('SIGKILL');
    await this.#program?.exited;
  }

  /** It keeps its connections, and answers nothing. */
  pause(): void {
    this.#program?.kill('SIGSTOP');
  }

  resume(): void {
    this.#program?.kill('SIGCONT');
  }

  /** What it answers to one command of simple words, as it stands on the wire. */
  async command(command: string): Promise<string> {
    const peer = await RawClient.dial(this.port);
    peer.write(`${command}\r\nQUIT\r\n`);
    const answer = await peer.rest();
    return answer.toString().replace(/\+OK\r\n$/, '');
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    if (this.#program?.exitCode !== null) throw new Error('redis-server did not start');
    return this.command('PING').then(
      (answer) => answer.startsWith('+PONG'),
      () => false,
    );
  }
}

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const address = probe.address();
    resolve(typeof address === 'object' && address !== null ? address.port : 0);
  });
  const port = await promise;
  await new Promise((closed) => probe.close(closed));
  return port;
}
