import { RETIRED_NAMES, RETIRED_WORDS } from './retired-words.ts';
import { baseOf, isAboutRules, isProduct, isScript, packageOf, type Tree, withoutComments } from './tree.ts';

const FORBIDDEN_FILES = ['utils', 'helpers', 'manager', 'base', 'index', 'common', 'types'];

/** Names that two packages export with good reason. */
const SHARED_NAMES: ReadonlyMap<string, string> = new Map();

/** Files whose name is not the retired word but plain English. */
const MAY_BEAR: ReadonlyMap<string, string> = new Map([
  ['tests/journeys/reading.test.ts', 'what a user does there is to read'],
]);

const EXPORTED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|enum) (\w+)/gm;
const EXPORTED_TYPE_OR_FUNCTION = /^export (?:abstract )?(?:async )?(?:function\*?|class|interface|type|enum) (\w+)/gm;

export function nameRules(tree: Tree): string[] {
  return [...forbiddenFiles(tree), ...retiredNames(tree), ...sharedNames(tree)];
}

function forbiddenFiles(tree: Tree): string[] {
  return [...tree.keys()]
    .filter((file) => file.endsWith('.ts') && wordsOf(baseOf(file)).some((word) => FORBIDDEN_FILES.includes(word)))
    .map((file) => `${file} is named after no noun of the project`);
}

function retiredNames(tree: Tree): string[] {
  return [...tree]
    .filter(([file]) => isScript(file) && !isAboutRules(file))
    .flatMap(([file, text]) => [
      ...(isRetired(baseOf(file)) && !MAY_BEAR.has(file) ? [`${file} bears a retired name`] : []),
      ...exportsIn(text, EXPORTED)
        .filter(isRetired)
        .map((name) => `${file} exports a retired name: ${name}`),
    ]);
}

function isRetired(name: string): boolean {
  const words = wordsOf(name);
  return RETIRED_NAMES.includes(words.join('-')) || words.some((word) => RETIRED_WORDS.includes(word));
}

/** A name exported by two packages would mean two things. */
function sharedNames(tree: Tree): string[] {
  const homes = new Map<string, Set<string>>();
  for (const [file, text] of tree) {
    if (!isProduct(file)) continue;
    for (const name of exportsIn(text, EXPORTED_TYPE_OR_FUNCTION)) {
      homes.set(name, (homes.get(name) ?? new Set()).add(packageOf(file)));
    }
  }
  return [...homes]
    .filter(([name, packages]) => packages.size > 1 && !SHARED_NAMES.has(name))
    .map(([name, packages]) => `${name} is exported by ${[...packages].sort().join(' and ')}`);
}

function exportsIn(text: string, pattern: RegExp): string[] {
  return [...withoutComments(text).matchAll(pattern)].map((match) => match[1] ?? '');
}

/** `RoomVisit`, `roomVisit`, `ROOM_VISIT` and `room-visit` are the words room and visit. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[-_]/);
}
