import { join } from 'node:path';
import type { PresenceTimes } from '../presence/redis.ts';

/** A real process of a deployment: it can be killed and paused. */
export class ChildWorker {
  readonly #process: Bun.Subprocess<'pipe', 'pipe', 'inherit'>;
  readonly #output: string[] = [];
  #nextLines = Promise.withResolvers<void>();

  constructor(url: string, graceMs: number, { renewMs, lifeMs }: PresenceTimes) {
    const script = join(import.meta.dir, 'worker-child.ts');
    this.#process = Bun.spawn([process.execPath, script, url, ...[graceMs, renewMs, lifeMs].map(String)], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    void this.#read();
  }

  /** The lines that it printed until now. */
  get output(): readonly string[] {
    return this.#output;
  }

  send(command: string): void {
    this.#process.stdin.write(`${command}\n`);
    this.#process.stdin.flush();
  }

  async until(line: string): Promise<void> {
    while (!this.#output.includes(line)) await this.#nextLines.promise;
  }

  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#process.exited;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of this.#process.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      this.#output.push(...lines);
      this.#nextLines.resolve();
      this.#nextLines = Promise.withResolvers();
    }
  }
}
