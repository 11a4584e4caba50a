import { Denied } from './consumer.ts';
import type { Log } from './log.ts';
import type { HttpApplication, Scope, SocketApplication } from './scope.ts';

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

/** A pattern, and what it leads to. */
export type Route<S extends Scope = Scope, Answer = ReturnType<SocketApplication>> = readonly [
  pattern: string,
  application: (scope: S) => Answer,
];

/** The parameters that a pattern names: `'/ws/chat/:room/'` has a `room`. */
export type ParamsOf<Pattern extends string> = Readonly<Record<NamesIn<Pattern>, string>>;

type NamesIn<Pattern extends string> = Pattern extends `${infer First}/${infer Rest}`
  ? NamesIn<First> | NamesIn<Rest>
  : Pattern extends `:${infer Name}`
    ? Name
    : never;

/** A route whose application is known to find the pattern's parameters in its scope. */
export function route<const Pattern extends string, S extends Scope, Answer>(
  pattern: Pattern,
  application: (scope: Omit<S, 'params'> & { readonly params: ParamsOf<Pattern> }) => Answer,
): Route<S, Answer> {
  return [
    pattern,
    (scope) => {
      const { params } = scope;
      if (!hasParams(pattern, params)) throw new Error(`${scope.path} came to ${pattern} by another pattern`);
      return application({ ...scope, params });
    },
  ];
}

/** The same routes below a prefix, whose parameters are in their scope as well; perhaps with a guard around each. */
export function mount<S extends Scope, Answer>(
  prefix: string,
  routes: readonly Route<S, Answer>[],
  guard: (application: (scope: S) => Answer) => (scope: S) => Answer = (application) => application,
): Route<S, Answer>[] {
  const start = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return routes.map(([pattern, application]) => [start + pattern, guard(application)]);
}

/** An application that hands each path to its own. Unknown: 404, and a line in the log. */
export function socketRouter<S extends Scope>(
  routes: readonly Route<S, ReturnType<SocketApplication>>[],
  log?: Log,
): SocketApplication<S> {
  return router(routes, 'socket', log);
}

export function httpRouter<S extends Scope>(
  routes: readonly Route<S, ReturnType<HttpApplication>>[],
  log?: Log,
): HttpApplication<S> {
  return router(routes, 'page', log);
}

function router<S extends Scope, Answer>(
  routes: readonly Route<S, Answer>[],
  what: string,
  log?: Log,
): (scope: S) => Answer {
  return (scope) => {
    const found = findRoute(routes, scope.path);
    if (found !== null) return found.target({ ...scope, params: { ...scope.params, ...found.params } });
    log?.info(`${scope.client} ${scope.path}: no such ${what}`);
    throw new Denied(404);
  };
}

function hasParams<Pattern extends string>(pattern: Pattern, params: Params): params is ParamsOf<Pattern> {
  const names = patternSegments(pattern).filter((part) => part.startsWith(':'));
  return names.every((name) => Object.hasOwn(params, name.slice(1)));
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
