/** A real Salon, started by its command line, on a free port and a throw-away data directory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A directory that outlives the server; without it there is a new one, removed by `stop`. */
  readonly data?: string;
  /** The most descriptors that the process may have open (`ulimit -n`). */
  readonly descriptors?: number;
}

/** For tests that throttles would only hinder. */
export const UNTHROTTLED = ['--throttle', 'off', '--message-rate', '0'] as const;

export async function startServer(options: StartOptions = {}): Promise<Server> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'salon-test-')));
  const server = new Server(data, options);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** The words before a command that limit the descriptors of its process. */
function withDescriptors(count: number | undefined): string[] {
  return count === undefined ? [] : ['sh', '-c', `ulimit -n ${count}; exec "$@"`, 'sh'];
}

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;

/** Without the variables of the user who runs the tests, except those that a program needs. */
export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...more };
}

export class Server {
  url = '';
  port = 0;
  /** The one-time link of a new installation. */
  setupLink: string | null = null;
  #process: Bun.Subprocess<'ignore', 'pipe', 'pipe'> | null = null;
  #printed = '';
  #outputWaiters: Array<() => void> = [];
  #outputRead: Promise<unknown> = Promise.resolve();

  constructor(
    readonly data: string,
    private readonly options: StartOptions,
  ) {}

  get pid(): number {
    return this.#running().pid;
  }

  /** The exit code, whenever and however it ends. */
  get exited(): Promise<number> {
    return this.#running().exited;
  }

  /** SIGSTOP and SIGCONT: it stands still, and goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#running().kill(signal);
  }

  /** Everything printed so far, on both streams. */
  output(): string {
    return this.#printed;
  }

  /** `env`: more than it was made with, this once. `bunOptions`: those of Bun itself, this once. */
  async start(env: Readonly<Record<string, string>> = {}, bunOptions: readonly string[] = []): Promise<void> {
    const from = this.#printed.length;
    const args = ['serve', '-p', String(this.port), '--data', this.data, ...(this.options.args ?? [])];
    const command = [process.execPath, '--no-env-file', ...bunOptions, MAIN, ...args];
    const child = Bun.spawn([...withDescriptors(this.options.descriptors), ...command], {
      env: cleanEnvironment({ ...this.options.env, ...env }),
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.#process = child;
    this.#outputRead = Promise.all([this.#readOutput(child.stdout), this.#readOutput(child.stderr)]);
    const exited = child.exited.then((code) => Promise.reject(new Error(`exit ${code}:\n${this.#printed}`)));
    exited.catch(() => undefined);
    await Promise.race([this.#until(() => this.#printed.includes('Ctrl-C', from)), exited]);
    this.#readStartUpLines(this.#printed.slice(from));
  }

  /** On the same port and data. */
  async restart(): Promise<void> {
    if (this.#process !== null) await this.terminate();
    await this.start();
  }

  /** SIGTERM; returns the exit code. */
  async terminate(): Promise<number> {
    return this.#end('SIGTERM');
  }

  /** As Ctrl-C does: npm sends it on, so it may arrive more than once. */
  async interrupt(times: number): Promise<number> {
    for (let more = times; more > 1; more--) this.#running().kill('SIGINT');
    return this.#end('SIGINT');
  }

  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Waits until it has ended, for whatever reason. Returns the exit code. */
  async waitForExit(): Promise<number> {
    const code = await this.#running().exited;
    await this.#outputRead;
    this.#process = null;
    return code;
  }

  /** Ends it, if it runs, and removes its data. */
  async stop(): Promise<void> {
    if (this.#process !== null) await this.terminate();
    if (this.options.data === undefined) await rm(this.data, { recursive: true, force: true });
  }

  #running(): Bun.Subprocess<'ignore', 'pipe', 'pipe'> {
    if (this.#process === null) throw new Error('the server does not run');
    return this.#process;
  }

  async #end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number> {
    this.#running().kill(signal);
    return this.waitForExit();
  }

  #readStartUpLines(text: string): void {
    this.url = /Salon is open at (http\S+)/.exec(text)?.[1]?.replace(/\/$/, '') ?? '';
    if (this.url !== '') this.port = Number(new URL(this.url).port);
    this.setupLink = /\S+\/account\?setup=\S+/.exec(text)?.[0] ?? this.setupLink;
  }

  async #readOutput(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.#printed += decoder.decode(chunk, { stream: true });
      for (const wake of this.#outputWaiters.splice(0)) wake();
    }
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((wake) => this.#outputWaiters.push(wake));
  }
}
