import { Denied } from './consumer.ts';
import type { Log } from './log.ts';
import type { Scope, SocketApplication } from './scope.ts';

export type Params = Readonly<Record<string, string>>;

/**
 * The parameters of a path that fits a pattern such as `/ws/chat/:room/`, else null.
 *
 * - With and without the last slash is the same, in pattern and path. Each `:name` is one whole, non-empty segment.
 * - Parameters are percent-decoded. What is malformed, or hides a slash or a NUL, fits nothing.
 * - Everything else is compared as it was sent: no dots are resolved, no slashes joined.
 */
export function matchPath(pattern: string, path: string): Params | null {
  const expected = patternSegments(pattern);
  const given = segments(path);
  if (given === null || given.length !== expected.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of expected.entries()) {
    const segment = given[at] ?? '';
    if (!part.startsWith(':')) {
      if (part !== segment) return null;
      continue;
    }
    const value = decoded(segment);
    if (value === null) return null;
    params[part.slice(1)] = value;
  }
  return params;
}

/** What a request's path leads to; the first pattern that fits wins. */
export function findRoute<Target>(
  routes: Iterable<readonly [pattern: string, target: Target]>,
  path: string,
): { readonly target: Target; readonly params: Params } | null {
  for (const [pattern, target] of routes) {
    const params = matchPath(pattern, path);
    if (params !== null) return { target, params };
  }
  return null;
}

/** An application that hands each path to its own. Unknown: 404, and a line in the log. */
export function socketRouter<S extends Scope>(
  routes: readonly (readonly [pattern: string, application: SocketApplication<S>])[],
  log?: Log,
): SocketApplication<S> {
  return (scope) => {
    const route = findRoute(routes, scope.path);
    if (route !== null) return route.target({ ...scope, params: { ...scope.params, ...route.params } });
    log?.info(`${scope.client} ${scope.path}: no such socket`);
    throw new Denied(404);
  };
}

const known = new Map<string, readonly string[]>();

/** Patterns are few and written by us: worth keeping. */
function patternSegments(pattern: string): readonly string[] {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  const parts = segments(pattern);
  if (parts === null) throw new TypeError(`a path pattern begins with a slash, not ${JSON.stringify(pattern)}`);
  known.set(pattern, parts);
  return parts;
}

function segments(path: string): readonly string[] | null {
  if (!path.startsWith('/')) return null;
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length;
  return path.slice(1, end).split('/');
}

function decoded(segment: string): string | null {
  if (segment === '') return null;
  try {
    const value = decodeURIComponent(segment);
    return /[/\0]/.test(value) ? null : value;
  } catch {
    return null;
  }
}
