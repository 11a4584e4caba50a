import { arrowsOf, type Imports } from './imports.ts';
import { isProduct, packageOf } from './tree.ts';

/**
 * The layers of a package, lowest first. A part is a folder (with a slash) or a file; it may import the layers before
 * its own and nothing else of the package. The parts of one layer do not know each other.
 */
const LAYERS: ReadonlyMap<string, ReadonlyArray<readonly string[]>> = new Map([
  [
    'channels',
    [
      ['log.ts', 'timeout.ts', 'turn-limiter.ts', 'descriptors.ts'],
      ['redis/'],
      ['layer/'],
      ['presence/'],
      ['consumer.ts'],
      ['scope.ts'],
      ['routing.ts'],
      ['middleware/'],
      ['server/'],
      ['examples/'],
    ],
  ],
  [
    'store',
    [
      ['store.ts'],
      ['store-error.ts'],
      ['writes/'],
      ['move/'],
      ['sqlite/database/', 'postgres/database/'],
      ['sqlite/writer/', 'sqlite/maintenance/', 'postgres/writer/'],
      ['sqlite/', 'postgres/'],
    ],
  ],
  [
    'server',
    [
      ['settings.ts', 'layer-events.ts', 'access-log.ts'],
      ['listen-address.ts', 'operator-error.ts'],
      ['http/'],
      ['assets/'],
      ['pages/'],
      ['sessions/'],
      ['accounts/'],
      ['messages/'],
      ['rooms/'],
      ['realtime/'],
      ['services.ts'],
      ['chat-services.ts'],
      ['sockets/'],
      ['control/'],
      ['routes/'],
      ['app.ts'],
    ],
  ],
  [
    'web',
    [
      ['locale/'],
      ['api/'],
      ['browser/'],
      ['storage/'],
      ['connection/', 'markup/'],
      ['people/'],
      ['rooms/'],
      ['outbox/'],
      ['timeline/'],
      ['composer/', 'navigation/', 'notifications/'],
      ['messages/'],
      ['account/'],
      ['screens/'],
      ['chat.ts', 'account.ts'],
    ],
  ],
]);

export function layerRules(imports: Imports): string[] {
  return [...homeless(imports), ...upwards(imports)];
}

function homeless(imports: Imports): string[] {
  return [...imports.keys()]
    .filter((file) => isProduct(file) && LAYERS.has(packageOf(file)) && placeOf(file) === undefined)
    .map((file) => `${file} stands in no layer of its package`);
}

function upwards(imports: Imports): string[] {
  return arrowsOf(imports)
    .filter(({ from, to }) => isProduct(from) && packageOf(from) === packageOf(to))
    .filter(({ from, to }) => isUpwards(placeOf(from), placeOf(to)))
    .map(({ from, to }) => `${from} may not import ${to}: it stands in a layer that is not below`);
}

interface Place {
  readonly part: string;
  readonly level: number;
}

function isUpwards(from: Place | undefined, to: Place | undefined): boolean {
  if (from === undefined || to === undefined || from.part === to.part) return false;
  return to.level >= from.level;
}

/** The longest part that the file lies in: `sqlite/writer` before `sqlite`. */
function placeOf(file: string): Place | undefined {
  const path = file.slice(packageOf(file).length + 1);
  const places = (LAYERS.get(packageOf(file)) ?? []).flatMap((parts, level) => parts.map((part) => ({ part, level })));
  return places
    .filter(({ part }) => path === part || (part.endsWith('/') && path.startsWith(part)))
    .sort((a, b) => b.part.length - a.part.length)[0];
}
