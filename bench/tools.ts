import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HERE = new URL('.', import.meta.url).pathname;

/** Compiles C programs of this folder, by name, into a new folder; returns that folder. */
export async function compileTools(...names: readonly string[]): Promise<string> {
  const tools = await mkdtemp(join(tmpdir(), 'salon-bench-'));
  for (const name of names) {
    const child = Bun.spawn(['cc', '-O2', '-o', join(tools, name), join(HERE, `${name}.c`)], { stderr: 'inherit' });
    if ((await child.exited) !== 0) throw new Error('a C compiler (cc) is needed for the load generator');
  }
  return tools;
}
