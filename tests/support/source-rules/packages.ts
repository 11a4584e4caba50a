import { type Arrow, arrowsOf, type Imports } from './imports.ts';
import { FOR_DEVELOPERS, isProduct, isTest, isTestSupport, packageOf, type Tree } from './tree.ts';

/** What a package may import besides itself. */
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

/** The one file that decides which store, layer and presence the server runs on. */
const CHOOSES_BACKENDS = 'server/services.ts';
const BACKENDS = [/^store\/(?:sqlite|postgres)\//, /^channels\/(?:layer|presence)\/(?:memory|redis)\.ts$/];

export function packageRules(tree: Tree, imports: Imports): string[] {
  const arrows = arrowsOf(imports);
  return [
    ...arrows.filter((arrow) => !isAllowed(arrow)).map(({ from, to }) => `${from} may not import ${to}`),
    ...arrows.filter(isToBackend).map(({ from, to }) => `${from} names a backend: ${to}`),
    ...pastTheExports(tree, arrows),
  ];
}

function isAllowed({ from, to }: Arrow): boolean {
  const [here, there] = [packageOf(from), packageOf(to)];
  if (FOR_DEVELOPERS.includes(here)) return true;
  if (isProduct(from) && isTestSupport(to)) return false;
  // A test beside its unit may use what tests share.
  if (isTest(from) && there === 'tests') return true;
  // The top of the project holds its description (package.json), which any file may read.
  if (here === there || there === '') return true;
  if (isTest(to)) return false;
  return MAY_IMPORT.get(here)?.includes(there) ?? false;
}

function isToBackend({ from, to }: Arrow): boolean {
  if (!isProduct(from) || packageOf(from) === packageOf(to)) return false;
  if (from === CHOOSES_BACKENDS) return false;
  return BACKENDS.some((backend) => backend.test(to));
}

/** The rest of the project uses the library as any other project would. */
function pastTheExports(tree: Tree, arrows: readonly Arrow[]): string[] {
  const exported = exportsOf(tree.get('channels/package.json') ?? '{}');
  return arrows
    .filter(({ from, to }) => isProduct(from) && packageOf(from) !== 'channels' && packageOf(to) === 'channels')
    .filter(({ to }) => !exported.some((pattern) => pattern.test(to)))
    .map(({ from, to }) => `${from} imports ${to}, which channels/package.json does not export`);
}

function exportsOf(description: string): RegExp[] {
  const { exports = {} } = JSON.parse(description) as { exports?: Record<string, string | { default: string }> };
  return Object.values(exports)
    .map((target) => (typeof target === 'string' ? target : target.default))
    .map((target) => target.replace(/^\.\//, 'channels/').replace(/[.]/g, '\\.').replace('*', '.+'))
    .map((pattern) => new RegExp(`^${pattern}$`));
}
