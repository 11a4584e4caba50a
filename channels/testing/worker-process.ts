import { join } from 'node:path';
import type { PresenceTimes } from '../presence/redis.ts';

/** A process of a house that is really one: it can be killed, and be made to stand still. */
export class ChildWorker {
  readonly #program: Bun.Subprocess<'pipe', 'pipe', 'inherit'>;
  readonly #lines: string[] = [];
  #arrived = Promise.withResolvers<void>();

  constructor(url: string, graceMs: number, { renewMs, lifeMs }: PresenceTimes) {
    const script = join(import.meta.dir, 'worker-child.ts');
    this.#program = Bun.spawn([process.execPath, script, url, ...[graceMs, renewMs, lifeMs].map(String)], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    });
    void this.#read();
  }

  /** Everything that it heard until now. */
  get output(): readonly string[] {
    return this.#lines;
  }

  send(line: string): void {
    this.#program.stdin.write(`${line}\n`);
    this.#program.stdin.flush();
  }

  async until(line: string): Promise<void> {
    while (!this.#lines.includes(line)) await this.#arrived.promise;
  }

  pause(): void {
    this.#program.kill('SIGSTOP');
  }

  resume(): void {
    this.#program.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    this.#program.kill('SIGKILL');
    await this.#program.exited;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of this.#program.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    }
  }
}
