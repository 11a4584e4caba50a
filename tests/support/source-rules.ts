/** The rules of the house that a machine can read: which folder may import which, no cycles, no second noun in a file. */
import { dirname, join, normalize } from 'node:path';

/** Paths from the top of the project, and what stands in the files. */
export type Tree = ReadonlyMap<string, string>;

/** What a folder may import besides itself; `tests` and `bench` may import anything, and nothing imports them. */
const MAY_IMPORT: ReadonlyMap<string, readonly string[]> = new Map([
  ['channels', []],
  ['protocol', []],
  ['client', ['protocol']],
  ['store', ['protocol']],
  ['server', ['channels', 'protocol', 'store']],
  ['drill', ['channels', 'client', 'protocol', 'server']],
  ['cli', ['channels', 'client', 'drill', 'protocol', 'server', 'store']],
  ['web', ['client', 'protocol']],
]);

const FOR_DEVELOPERS = ['tests', 'bench'];
const LINES_MAX = 250;
const FORBIDDEN_NAMES = ['utils', 'helpers', 'manager', 'base', 'index', 'common', 'types'];

const FORBIDDEN_WORDS: ReadonlyArray<readonly [pattern: RegExp, why: string]> = [
  [/@ts-(?:ignore|nocheck|expect-error)/, 'silences the type checker'],
  [/(?::|\bas|<|,|\||=>)\s*any\b(?!['"`-]| [a-z])/, 'says any'],
];

const HTML_FROM_STRINGS =
  /\.html\(|\binnerHTML\b|\bouterHTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment/;

/** One line for every rule that is broken; none when the tree keeps them all. */
export function brokenRules(tree: Tree): string[] {
  const imports = importsOf(tree);
  return [
    ...arrowsThatRunBack(imports),
    ...cycles(imports),
    ...filesTooLong(tree),
    ...forbiddenWords(tree),
    ...wordsOfTheBrowser(tree),
    ...forbiddenNames(tree),
  ];
}

type Imports = ReadonlyMap<string, readonly string[]>;

/** What each file imports of the tree; packages and the runtime's own modules are left out. */
export function importsOf(tree: Tree): Imports {
  const scripts = [...tree].filter(([file]) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  return new Map(scripts.map(([file, text]) => [file, relativeImports(text).map((to) => resolveImport(file, to))]));
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]*)\1/g;

const IMPORTED_PACKAGE = /(?:\bfrom\s*|^\s*import\s*\(?\s*)(['"])([^.'"\n][^'"\n]*)\1/gm;

function relativeImports(text: string): string[] {
  return [...withoutComments(text).matchAll(IMPORT)].map((match) => match[2] ?? '');
}

function resolveImport(from: string, to: string): string {
  return normalize(join(dirname(from), to)).replaceAll('\\', '/');
}

function arrowsThatRunBack(imports: Imports): string[] {
  const arrows = [...imports].flatMap(([from, all]) => all.map((to) => ({ from, to })));
  return arrows.filter(({ from, to }) => !isAllowed(from, to)).map(({ from, to }) => `${from} may not import ${to}`);
}

function isAllowed(from: string, to: string): boolean {
  const [here, there] = [folderOf(from), folderOf(to)];
  if (FOR_DEVELOPERS.includes(here)) return true;
  // A test beside its unit may use what tests share.
  if (isTest(from) && there === 'tests') return true;
  // The top of the project holds its description (package.json), which anybody may read.
  if (here === there || there === '') return true;
  if (isTest(to)) return false;
  return MAY_IMPORT.get(here)?.includes(there) ?? false;
}

function cycles(imports: Imports): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push(`a cycle: ${[...path.slice(at), file].join(' → ')}`);
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

function filesTooLong(tree: Tree): string[] {
  return [...tree]
    .filter(([file]) => /\.(ts|css)$/.test(file) && !isTest(file))
    .map(([file, text]) => [file, text.split('\n').length - (text.endsWith('\n') ? 1 : 0)] as const)
    .filter(([, lines]) => lines > LINES_MAX)
    .map(([file, lines]) => `${file} has ${lines} lines, more than ${LINES_MAX}: a second noun hides in it`);
}

function forbiddenWords(tree: Tree): string[] {
  return [...tree]
    .filter(([file]) => file.endsWith('.ts') && !isAboutRules(file))
    .flatMap(([file, text]) =>
      FORBIDDEN_WORDS.filter(([pattern]) =>
        pattern.test(pattern.source.includes('ts-') ? text : withoutComments(text)),
      ).map(([, why]) => `${file} ${why}`),
    );
}

function wordsOfTheBrowser(tree: Tree): string[] {
  const scripts = [...tree].filter(([file]) => folderOf(file) === 'web' && file.endsWith('.ts') && !isTest(file));
  return scripts.flatMap(([file, text]) => [
    ...(HTML_FROM_STRINGS.test(text) ? [`${file} makes HTML from a string`] : []),
    ...(/\bfetch\(|\bXMLHttpRequest\b/.test(withoutComments(text)) ? [`${file} does not go through jQuery`] : []),
    ...packagesIn(text)
      .filter((name) => name !== 'jquery')
      .map((name) => `${file} may not import ${name}`),
  ]);
}

function packagesIn(text: string): string[] {
  return [...withoutComments(text).matchAll(IMPORTED_PACKAGE)].map((match) => match[2] ?? '');
}

function forbiddenNames(tree: Tree): string[] {
  const nameOf = (file: string): string => file.split('/').at(-1)?.split('.')[0] ?? '';
  return [...tree.keys()]
    .filter((file) => file.endsWith('.ts'))
    .filter((file) =>
      nameOf(file)
        .split('-')
        .some((word) => FORBIDDEN_NAMES.includes(word)),
    )
    .map((file) => `${file} is named after no noun of the house`);
}

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || folderOf(file) === 'tests';
}

/** The rules themselves, and their test, have to name what they forbid. */
function isAboutRules(file: string): boolean {
  return file === 'tests/support/source-rules.ts' || file === 'tests/direction.test.ts';
}

/** Roughly: a comment in a string is taken for one, which can only hide a word, not invent one. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}
