import { RETIRED_NAMES, RETIRED_WORDS } from './retired-words.ts';
import { baseOf, isAboutRules, isProduct, isScript, packageOf, type Tree, withoutComments } from './tree.ts';

const FORBIDDEN_FILES = ['utils', 'helpers', 'manager', 'base', 'index', 'common', 'types'];

/** Names that two packages export with good reason. */
const SHARED_NAMES: ReadonlyMap<string, string> = new Map([
  ['Connection', 'the server’s end and the client’s end of one WebSocket'],
  ['CurrentUser', 'the logged-in user as the server sees a request, and as the page sees itself'],
  ['ReadMarker', 'the page reports how far the user has read, the server stores it'],
  ['Rooms', 'the rooms in the store, and the page’s list of them'],
  ['Roster', 'the members of a presence group, and the page’s list of them'],
  ['Route', 'a row of the library’s socket table, and of the server’s HTTP table'],
  ['Session', 'a log-in as the store has it, and as the account page lists it'],
  ['Sessions', 'the sessions in the store, and the server’s service on top of them'],
  ['readCookie', 'the library reads a cookie by name, the server by kind with the name that goes with the scheme'],
]);

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

/** Names and files listed as exceptions that are none any more. */
export function unusedExceptions(tree: Tree): string[] {
  const homes = homesOf(tree);
  return [
    ...[...SHARED_NAMES.keys()].filter((name) => (homes.get(name)?.size ?? 0) < 2),
    ...[...MAY_BEAR.keys()].filter((file) => !tree.has(file)),
  ];
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
  return [...homesOf(tree)]
    .filter(([name, packages]) => packages.size > 1 && !SHARED_NAMES.has(name))
    .map(([name, packages]) => `${name} is exported by ${[...packages].sort().join(' and ')}`);
}

/** The packages that export each type and function. */
function homesOf(tree: Tree): ReadonlyMap<string, ReadonlySet<string>> {
  const homes = new Map<string, Set<string>>();
  for (const [file, text] of tree) {
    if (!isProduct(file)) continue;
    for (const name of exportsIn(text, EXPORTED_TYPE_OR_FUNCTION)) {
      homes.set(name, (homes.get(name) ?? new Set()).add(packageOf(file)));
    }
  }
  return homes;
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
