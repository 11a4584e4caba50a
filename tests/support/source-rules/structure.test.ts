import { expect, test } from 'bun:test';
import { importsOf } from './imports.ts';
import { structureRules } from './structure.ts';
import type { Tree } from './tree.ts';

function brokenIn(tree: Tree): string[] {
  return structureRules(tree, importsOf(tree));
}

const treeOf = (files: Record<string, string>): Tree => new Map(Object.entries(files));

test('files that import each other are found, through however many steps', () => {
  const tree = treeOf({
    'server/a.ts': `import './b.ts';`,
    'server/b.ts': `import './rooms/c.ts';`,
    'server/rooms/c.ts': `import type { a } from '../a.ts';`,
  });
  expect(brokenIn(tree)).toEqual(['a cycle: server/a.ts → server/b.ts → server/rooms/c.ts → server/a.ts']);
});

test('a file over 250 lines is found; a test may be longer', () => {
  const [fits, long] = ['x\n'.repeat(250), 'x\n'.repeat(251)];
  expect(brokenIn(treeOf({ 'web/a.css': fits, 'web/b.ts': fits, 'web/b.test.ts': long }))).toEqual([]);
  expect(brokenIn(treeOf({ 'web/a.css': long, 'server/b.ts': long }))).toHaveLength(2);
});

test('a folder of more than 16 product files is found; tests and folders below it are not counted', () => {
  const folder = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`server/rooms/room-${at}.ts`, '']));
  const beside = { 'server/rooms/room-1.test.ts': '', 'server/rooms/roles/role.ts': '', 'server/rooms/rooms.css': '' };
  expect(brokenIn(treeOf({ ...folder(16), ...beside }))).toEqual([]);
  expect(brokenIn(treeOf({ ...folder(17), ...beside }))).toEqual([
    'server/rooms/ holds 17 product files, more than 16',
  ]);
});
