/**
 * `npm run dev [-- options of salon serve]`: the server, started again when one of its sources changes. Open pages
 * reload by themselves.
 */
import { watch } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dir, '..', '..');
const SOURCES = ['channels', 'cli', 'client', 'drill', 'protocol', 'server', 'store', 'web'];
/** An editor that saves several files at once causes one restart. */
const SETTLE_MS = 100;

class DevServer {
  readonly #args: readonly string[];
  readonly #printed = new Set<string>();
  #child: Bun.Subprocess<'inherit', 'pipe', 'inherit'> | null = null;
  #isStopping = false;
  #restarting: Promise<void> = Promise.resolve();

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  start(): void {
    const child = Bun.spawn(
      [
        process.execPath,
        '--no-env-file',
        '--config=/dev/null',
        join(import.meta.dir, 'server.ts'),
        'serve',
        ...this.#args,
      ],
      { stdin: 'inherit', stdout: 'pipe', stderr: 'inherit' },
    );
    this.#child = child;
    void this.#printNewLines(child.stdout);
    void child.exited.then(() => this.#onExit(child));
  }

  restart(): void {
    this.#restarting = this.#restarting.then(async () => {
      await this.#end();
      if (!this.#isStopping) this.start();
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#restarting;
    await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGTERM');
    await child?.exited;
  }

  #onExit(child: Bun.Subprocess): void {
    if (this.#child !== child || this.#isStopping) return;
    this.#child = null;
    console.error('dev: the server has ended; it starts again when a source changes.');
  }

  /** The address stands there once, however often the server starts. */
  async #printNewLines(output: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of output) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((each) => !this.#printed.has(each))) {
        this.#printed.add(line);
        console.log(line);
      }
    }
  }
}

function onSourceChange(listener: () => void): void {
  let timer: Timer | undefined;
  for (const folder of SOURCES) {
    watch(join(ROOT, folder), { recursive: true }, (_event, file) => {
      if (file === null || file.endsWith('.test.ts')) return;
      clearTimeout(timer);
      timer = setTimeout(listener, SETTLE_MS);
    });
  }
}

const server = new DevServer(process.argv.slice(2));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.stop().then(() => process.exit(0)));
}
onSourceChange(() => server.restart());
server.start();
