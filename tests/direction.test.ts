import { expect, test } from 'bun:test';
import { importsOf } from './support/source-rules/imports.ts';
import { unusedExceptions } from './support/source-rules/names.ts';
import { brokenRules } from './support/source-rules/rules.ts';
import type { Tree } from './support/source-rules/tree.ts';

const TOP = new URL('..', import.meta.url).pathname;
const FOLDERS = ['channels', 'client', 'cli', 'drill', 'protocol', 'server', 'store', 'web', 'tests', 'bench'];

async function ourTree(): Promise<Tree> {
  const glob = new Bun.Glob(`{${FOLDERS.join(',')}}/**/*.{ts,css}`);
  const found = (await Array.fromAsync(glob.scan({ cwd: TOP }))).filter((file) => !file.includes('node_modules'));
  const files = [...found, 'channels/package.json'];
  return new Map(await Promise.all(files.map(async (file) => [file, await Bun.file(TOP + file).text()] as const)));
}

test('the sources keep the rules of the house', async () => {
  const tree = await ourTree();
  const arrows = [...importsOf(tree).values()].flat();
  expect([tree.size, arrows.length].every((count) => count > 20)).toBe(true);
  expect(brokenRules(tree)).toEqual([]);
});

test('no exception outlives its reason', async () => {
  expect(unusedExceptions(await ourTree())).toEqual([]);
});
