import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { maxSocketsFor } from './descriptors.ts';

const MODULE = JSON.stringify(join(import.meta.dir, 'descriptors.ts'));

/** What a process with at most 64 descriptors prints. */
async function inSmallProcess(script: string): Promise<unknown> {
  const code = `import * as descriptors from ${MODULE}; const { descriptorLimit, canOpenDescriptors, DescriptorReserve } = descriptors;
    console.log(JSON.stringify(${script}))`;
  const words = ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, '-e', code];
  return Bun.spawn(words, { stdout: 'pipe', stderr: 'inherit' }).stdout.json();
}

test('the limit is the one of the process', async () => {
  expect(await inSmallProcess('descriptorLimit()')).toBe(64);
});

test('what could be opened is found out without keeping any of it', async () => {
  expect(await inSmallProcess('[canOpenDescriptors(64), canOpenDescriptors(20), canOpenDescriptors(20)]')).toEqual([
    false,
    true,
    true,
  ]);
});

test('a reserve is held whole or not at all, and is free again when it is released', async () => {
  const script = `(() => {
    const [one, two] = [new DescriptorReserve(), new DescriptorReserve()];
    const held = [one.hold(), two.hold(), canOpenDescriptors(32)];
    one.release();
    return [...held, two.hold()];
  })()`;
  expect(await inSmallProcess(script)).toEqual([true, false, false, true]);
});

test.each([
  [256, 128],
  [1_024, 742],
  [97, 1],
  [10, 1],
])('of %d descriptors a server has room for %d sockets', (descriptors, sockets) => {
  expect(maxSocketsFor(descriptors)).toBe(sockets);
});
