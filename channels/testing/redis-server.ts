import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawClient } from './raw-client.ts';

/** A real, private Redis: on a free port, without persistence, in a directory of its own that `stop` removes. */
export class RedisServer {
  readonly port: number;
  readonly #directory: string;
  #process: Bun.Subprocess | null = null;

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
    this.#process = Bun.spawn(['redis-server', ...options], { stdout: 'ignore', stderr: 'ignore' });
    while (!(await this.#isReady())) await Bun.sleep(5);
  }

  /** With kill -9. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await this.#process?.exited;
  }

  /** Redis keeps its connections and answers nothing. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** The raw answer to one command of simple words. */
  async command(command: string): Promise<string> {
    const client = await RawClient.dial(this.port);
    client.write(`${command}\r\nQUIT\r\n`);
    const answer = await client.rest();
    return answer.toString().replace(/\+OK\r\n$/, '');
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #isReady(): Promise<boolean> {
    if (this.#process?.exitCode !== null) throw new Error('redis-server did not start');
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
