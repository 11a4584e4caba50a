/** No cycles, no file and no folder that has grown past a glance. */
import type { Imports } from './imports.ts';
import { FOR_DEVELOPERS, folderOf, isScript, isTest, packageOf, type Tree } from './tree.ts';

const LINES_MAX = 250;
const FILES_MAX = 16;

export function structureRules(tree: Tree, imports: Imports): string[] {
  return [...cycles(imports), ...filesTooLong(tree), ...foldersTooWide(tree)];
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
    .filter(([file]) => (file.endsWith('.ts') || file.endsWith('.css')) && !isTest(file))
    .map(([file, text]) => [file, text.split('\n').length - (text.endsWith('\n') ? 1 : 0)] as const)
    .filter(([, lines]) => lines > LINES_MAX)
    .map(([file, lines]) => `${file} has ${lines} lines, more than ${LINES_MAX}: a second noun hides in it`);
}

function foldersTooWide(tree: Tree): string[] {
  const counts = new Map<string, number>();
  for (const file of [...tree.keys()].filter(isCounted)) {
    counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FILES_MAX)
    .map(([folder, count]) => `${folder}/ holds ${count} product files, more than ${FILES_MAX}`);
}

/** Product files, and what tests share inside a package. */
function isCounted(file: string): boolean {
  return isScript(file) && !isTest(file) && !FOR_DEVELOPERS.includes(packageOf(file));
}
