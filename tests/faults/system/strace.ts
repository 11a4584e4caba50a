/** Traces the system calls of a running process, or makes them fail. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whole pages of the database, and whole frames. */
const SHOWN_BYTES = 5_000;

export class Strace {
  private constructor(
    private readonly child: Bun.Subprocess<'ignore', 'ignore', 'pipe'>,
    private readonly directory: string,
  ) {}

  /** All its threads. `filters`: as after `-e`. Resolves when no call escapes any more. */
  static async attach(pid: number, ...filters: readonly string[]): Promise<Strace> {
    const directory = await mkdtemp(join(tmpdir(), 'salon-strace-'));
    const options = filters.flatMap((filter) => ['-e', filter]);
    const words = [
      'strace',
      '-f',
      '-y',
      '-s',
      String(SHOWN_BYTES),
      ...options,
      '-o',
      join(directory, 'calls'),
      '-p',
      String(pid),
    ];
    const child = Bun.spawn(words, { stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' });
    await attached(child.stderr);
    return new Strace(child, directory);
  }

  /** Lets go, if the process still lives; answers the lines of the trace. */
  async stop(): Promise<string[]> {
    this.child.kill('SIGINT');
    await this.child.exited;
    const text = await Bun.file(join(this.directory, 'calls')).text();
    await rm(this.directory, { recursive: true });
    return text.split('\n');
  }
}

async function attached(stderr: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stderr.getReader();
  const decoder = new TextDecoder();
  let output = '';
  while (!output.includes('attached')) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`strace: ${output}`);
    output += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
}
