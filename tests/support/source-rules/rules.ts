import { escapeRules } from './escapes.ts';
import { importsOf } from './imports.ts';
import { layerRules } from './layers.ts';
import { nameRules } from './names.ts';
import { packageRules } from './packages.ts';
import { structureRules } from './structure.ts';
import type { Tree } from './tree.ts';

/** One sentence for every rule that is broken; none when the tree keeps them all. */
export function brokenRules(tree: Tree): string[] {
  const imports = importsOf(tree);
  return [
    ...packageRules(tree, imports),
    ...layerRules(imports),
    ...structureRules(tree, imports),
    ...escapeRules(tree),
    ...nameRules(tree),
  ];
}
