import { expect, test } from 'bun:test';
import { importsOf } from './imports.ts';
import { packageRules } from './packages.ts';
import type { Tree } from './tree.ts';

const EXPORTS = JSON.stringify({ exports: { './*': { types: './types/*.d.ts', default: './*.ts' } } });

function brokenIn(tree: Tree): string[] {
  return packageRules(tree, importsOf(tree));
}

const treeOf = (files: Record<string, string>, exports = EXPORTS): Tree =>
  new Map(Object.entries({ ...files, 'channels/package.json': exports }));

test('the arrows of the design are allowed', () => {
  const tree = treeOf({
    'web/state.ts': `import { x } from '../protocol/frames.ts';`,
    'server/salon.ts': `import { a } from '../channels/layer/layer.ts';\nimport { b } from '../store/store.ts';\nimport '../protocol/limits.ts';`,
    'store/store.ts': `import type { y } from '../protocol/refusals.ts';`,
    'channels/layer/layer.ts': `import type { Z } from 'bun';`,
    'server/main.ts': `import { version } from '../package.json' with { type: 'json' };`,
    'server/salon.test.ts': `import { s } from './support/server.ts';`,
    'tests/x.test.ts': `import { all } from '../server/app.ts';`,
  });
  expect(brokenIn(tree)).toEqual([]);
});

const BACKWARDS: ReadonlyArray<readonly [from: string, to: string]> = [
  ['channels/a.ts', 'protocol/b.ts'],
  ['channels/a.ts', 'server/b.ts'],
  ['channels/a.ts', 'store/b.ts'],
  ['protocol/a.ts', 'store/b.ts'],
  ['store/a.ts', 'server/b.ts'],
  ['store/a.ts', 'channels/b.ts'],
  ['server/a.ts', 'web/b.ts'],
  ['web/a.ts', 'server/b.ts'],
  ['web/a.ts', 'store/b.ts'],
  ['server/a.ts', 'tests/support/b.ts'],
  ['server/a.ts', 'bench/b.ts'],
  ['server/a.ts', 'store/b.test.ts'],
  ['channels/a.test.ts', 'server/b.ts'],
];

for (const [from, to] of BACKWARDS) {
  test(`${from} may not import ${to}`, () => {
    const [folder] = from.split('/');
    expect(folder).toBeDefined();
    const spellings = ['import { b } from', 'import type { b } from', 'export * from', 'import', 'export { b } from'];
    for (const spelling of spellings) {
      expect(brokenIn(treeOf({ [from]: `${spelling} '../${to}';` }))).toEqual([`${from} may not import ${to}`]);
    }
    expect(brokenIn(treeOf({ [from]: `const b = await import("../${to}");` }))).toHaveLength(1);
    expect(brokenIn(treeOf({ [from]: `import {\n  b,\n} from '../${to}';` }))).toHaveLength(1);
  });
}

test('only the services name a backend; every file may import the interfaces', () => {
  for (const backend of [
    'store/sqlite/store.ts',
    'store/postgres/store.ts',
    'channels/layer/redis.ts',
    'channels/presence/memory.ts',
  ]) {
    const tree = (from: string): Tree => treeOf({ [from]: `import { make } from '../${backend}';` });
    expect(brokenIn(tree('server/services.ts'))).toEqual([]);
    expect(brokenIn(tree('server/services.test.ts'))).toEqual([]);
    expect(brokenIn(tree('server/app.ts'))).toEqual([`server/app.ts names a backend: ${backend}`]);
  }
  const interfaces = `import '../store/store.ts'; import '../channels/layer/layer.ts'; import '../channels/presence/presence.ts';`;
  expect(brokenIn(treeOf({ 'server/app.ts': interfaces }))).toEqual([]);
  const within = `import { row } from './sqlite/database/columns.ts';`;
  expect(brokenIn(treeOf({ 'store/store.ts': within }))).toEqual([]);
});

test('the library is imported by what it exports; its own files, and tests, reach everything', () => {
  const exports = JSON.stringify({
    exports: {
      './routing': { default: './routing.ts' },
      './testing/*': { default: './testing/*.ts' },
      './log': './log.ts',
    },
  });
  const of = (from: string, to: string): string[] =>
    brokenIn(treeOf({ [from]: `import { a } from '../${to}';` }, exports));
  for (const to of ['channels/routing.ts', 'channels/log.ts']) expect(of('server/a.ts', to)).toEqual([]);
  expect(of('channels/a.ts', 'channels/routings.ts')).toEqual([]);
  expect(of('server/a.test.ts', 'channels/scope.ts')).toEqual([]);
  expect(of('server/a.ts', 'channels/scope.ts')).toEqual([
    'server/a.ts imports channels/scope.ts, which channels/package.json does not export',
  ]);
});

test('what tests share inside a package is not imported by its product files', () => {
  const text = `import { a } from './testing/b.ts';`;
  expect(brokenIn(treeOf({ 'server/a.test.ts': text, 'server/testing/a.ts': `import './b.ts';` }))).toEqual([]);
  expect(brokenIn(treeOf({ 'server/a.ts': text }))).toEqual(['server/a.ts may not import server/testing/b.ts']);
});
