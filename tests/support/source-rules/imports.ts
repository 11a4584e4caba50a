import { dirname, join, normalize } from 'node:path';
import { isScript, type Tree, withoutComments } from './tree.ts';

/** What each file imports of the tree; packages and the runtime's own modules are left out. */
export type Imports = ReadonlyMap<string, readonly string[]>;

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

const RELATIVE = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])(\.{1,2}\/[^'"\n]*)\1/g;
const PACKAGE = /(?:\bfrom\s*|^\s*import\s*\(?\s*)(['"])([^.'"\n][^'"\n]*)\1/gm;

export function importsOf(tree: Tree): Imports {
  const scripts = [...tree].filter(([file]) => isScript(file));
  return new Map(scripts.map(([file, text]) => [file, relativeImports(text).map((to) => resolveImport(file, to))]));
}

export function arrowsOf(imports: Imports): Arrow[] {
  return [...imports].flatMap(([from, all]) => all.map((to) => ({ from, to })));
}

/** The packages that a text imports by name. */
export function packagesIn(text: string): string[] {
  return [...withoutComments(text).matchAll(PACKAGE)].map((match) => match[2] ?? '');
}

function relativeImports(text: string): string[] {
  return [...withoutComments(text).matchAll(RELATIVE)].map((match) => match[2] ?? '');
}

function resolveImport(from: string, to: string): string {
  return normalize(join(dirname(from), to)).replaceAll('\\', '/');
}
