import { expect, test } from 'bun:test';
import { brokenRules, importsOf, type Tree } from './support/source-rules.ts';

const TOP = new URL('..', import.meta.url).pathname;
const FOLDERS = ['channels', 'client', 'cli', 'drill', 'protocol', 'server', 'store', 'web', 'tests', 'bench'];

async function ourTree(): Promise<Tree> {
  const glob = new Bun.Glob(`{${FOLDERS.join(',')}}/**/*.{ts,css}`);
  const files = (await Array.fromAsync(glob.scan({ cwd: TOP }))).filter((file) => !file.includes('node_modules'));
  return new Map(await Promise.all(files.map(async (file) => [file, await Bun.file(TOP + file).text()] as const)));
}

const treeOf = (files: Record<string, string>): Tree => new Map(Object.entries(files));

test('the sources keep the rules of the house', async () => {
  const tree = await ourTree();
  const arrows = [...importsOf(tree).values()].flat();
  expect([tree.size, arrows.length].every((count) => count > 20)).toBe(true);
  expect(brokenRules(tree)).toEqual([]);
});

test('the arrows of the design are allowed', () => {
  const tree = treeOf({
    'web/state.ts': `import { x } from '../protocol/frames.ts';`,
    'server/salon.ts': `import { a } from '../channels/layer/layer.ts';\nimport { b } from '../store/store.ts';\nimport '../protocol/limits.ts';`,
    'store/store.ts': `import type { y } from '../protocol/refusals.ts';`,
    'channels/layer.ts': `import type { Z } from 'bun';`,
    'server/main.ts': `import { version } from '../package.json' with { type: 'json' };`,
    'server/salon.test.ts': `import { s } from './support/server.ts';`,
    'tests/x.test.ts': `import { all } from '../server/app.ts';`,
  });
  expect(brokenRules(tree)).toEqual([]);
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
      expect(brokenRules(treeOf({ [from]: `${spelling} '../${to}';` }))).toEqual([`${from} may not import ${to}`]);
    }
    expect(brokenRules(treeOf({ [from]: `const b = await import("../${to}");` }))).toHaveLength(1);
    expect(brokenRules(treeOf({ [from]: `import {\n  b,\n} from '../${to}';` }))).toHaveLength(1);
  });
}

test('files that import each other are found, through however many steps', () => {
  const tree = treeOf({
    'server/a.ts': `import './b.ts';`,
    'server/b.ts': `import './rooms/c.ts';`,
    'server/rooms/c.ts': `import type { a } from '../a.ts';`,
  });
  expect(brokenRules(tree)).toEqual(['a cycle: server/a.ts → server/b.ts → server/rooms/c.ts → server/a.ts']);
});

test('a file over 250 lines is found; a test may be longer', () => {
  const [fits, long] = ['x\n'.repeat(250), 'x\n'.repeat(251)];
  expect(brokenRules(treeOf({ 'web/a.css': fits, 'web/b.ts': fits, 'web/b.test.ts': long }))).toEqual([]);
  expect(brokenRules(treeOf({ 'web/a.css': long, 'server/b.ts': long }))).toHaveLength(2);
});

test('HTML made from a string is found in the browser code', () => {
  for (const line of ['$(x).html(y)', 'x.innerHTML = y', "x.insertAdjacentHTML('a', y)", 'document.write(y)']) {
    expect(brokenRules(treeOf({ 'web/a.ts': line }))).toEqual(['web/a.ts makes HTML from a string']);
  }
  expect(brokenRules(treeOf({ 'web/a.ts': '$(x).text(y)' }))).toEqual([]);
});

test('S2: jQuery is the only package in the browser, and AJAX goes through it', () => {
  expect(
    brokenRules(treeOf({ 'web/a.ts': `import $ from 'jquery';\n$.post('/x');`, 'server/a.ts': 'fetch(x)' })),
  ).toEqual([]);
  expect(brokenRules(treeOf({ 'web/a.ts': `import x from 'lodash';` }))).toEqual(['web/a.ts may not import lodash']);
  expect(brokenRules(treeOf({ 'web/a.ts': 'await fetch(x)' }))).toEqual(['web/a.ts does not go through jQuery']);
});

test('an escape from the type checker is found, a word in a comment is none', () => {
  const silencer = ['@ts', 'ignore'].join('-');
  for (const text of ['let a: any;', 'f(x as any)', 'Array<any>', 'Map<string, any>', `// ${silencer}\nf(1)`]) {
    expect(brokenRules(treeOf({ 'server/a.ts': text }))).toHaveLength(1);
  }
  const harmless = [
    '// any of them, as any reader sees',
    '/** Not here: any */',
    'const many: Any = f(anything);',
    "const s = 'allowed: any address'",
  ];
  expect(brokenRules(treeOf({ 'server/a.ts': harmless.join('\n') }))).toEqual([]);
});

test('a file named after no noun is found', () => {
  for (const name of ['utils', 'room-helpers', 'session-manager', 'base-consumer', 'index', 'common', 'types']) {
    expect(brokenRules(treeOf({ [`server/${name}.ts`]: '' }))).toHaveLength(1);
  }
  expect(brokenRules(treeOf({ 'server/database.ts': '', 'server/indexed.ts': '' }))).toEqual([]);
});
