import { expect, test } from 'bun:test';
import { escapeRules } from './escapes.ts';
import type { Tree } from './tree.ts';

const treeOf = (files: Record<string, string>): Tree => new Map(Object.entries(files));

test('HTML made from a string is found in the browser code', () => {
  for (const line of ['$(x).html(y)', 'x.innerHTML = y', "x.insertAdjacentHTML('a', y)", 'document.write(y)']) {
    expect(escapeRules(treeOf({ 'web/a.ts': line }))).toEqual(['web/a.ts makes HTML from a string']);
  }
  expect(escapeRules(treeOf({ 'web/a.ts': '$(x).text(y)' }))).toEqual([]);
});

test('S2: jQuery is the only package in the browser, and AJAX goes through it', () => {
  expect(
    escapeRules(treeOf({ 'web/a.ts': `import $ from 'jquery';\n$.post('/x');`, 'server/a.ts': 'fetch(x)' })),
  ).toEqual([]);
  expect(escapeRules(treeOf({ 'web/a.ts': `import x from 'lodash';` }))).toEqual(['web/a.ts may not import lodash']);
  expect(escapeRules(treeOf({ 'web/a.ts': 'await fetch(x)' }))).toEqual(['web/a.ts does not go through jQuery']);
});

test('an escape from the type checker is found, a word in a comment is none', () => {
  const silencer = ['@ts', 'ignore'].join('-');
  for (const text of ['let a: any;', 'f(x as any)', 'Array<any>', 'Map<string, any>', `// ${silencer}\nf(1)`]) {
    expect(escapeRules(treeOf({ 'server/a.ts': text }))).toHaveLength(1);
  }
  const harmless = [
    '// any of them, as any reader sees',
    '/** Not here: any */',
    'const many: Any = f(anything);',
    "const s = 'allowed: any address'",
  ];
  expect(escapeRules(treeOf({ 'server/a.ts': harmless.join('\n') }))).toEqual([]);
});

test('the model of the page neither imports jQuery nor touches the document', () => {
  for (const file of ['client/a.ts', 'web/timeline/a.ts', 'web/markup/parser.ts', 'web/outbox/a.ts']) {
    expect(escapeRules(treeOf({ [file]: `import $ from 'jquery';` }))).toContain(
      `${file} is part of the model and imports jQuery`,
    );
    expect(escapeRules(treeOf({ [file]: 'document.title = x;' }))).toEqual([
      `${file} is part of the model and touches the document`,
    ]);
    expect(escapeRules(treeOf({ [file]: '// as a document has it\nconst documents = [];' }))).toEqual([]);
  }
  const view = {
    'web/timeline/history-loader.ts': `import $ from 'jquery';`,
    'web/outbox/http-sender.ts': 'document.x',
  };
  expect(escapeRules(treeOf({ ...view, 'web/outbox/a.test.ts': 'document.x', 'web/chat.ts': 'document.x' }))).toEqual(
    [],
  );
});

test('a fault that is built into the product is found; tests inject their own', () => {
  const text = 'if (process.env.SALON_FAULT) crash();';
  expect(escapeRules(treeOf({ 'tests/faults/a.ts': text, 'store/a.test.ts': text }))).toEqual([]);
  expect(escapeRules(treeOf({ 'store/a.ts': text }))).toEqual(['store/a.ts has a fault built in (SALON_FAULT)']);
});
