import { Denied } from './consumer.ts';
import type { Log } from './log.ts';
import type { HttpApplication, Scope, SocketApplication } from './scope.ts';

export type Params = Readonly<Record<string, string>>;

/**
 * The parameters of a path that matches a pattern such as `/ws/chat/:room/`, else null.
 *
 * - A trailing slash makes no difference, in pattern and path. Each `:name` is one whole, non-empty segment.
 * - Parameters are percent-decoded. A malformed parameter, or one with an encoded slash or NUL, matches nothing.
 * - All other segments are compared as sent: no dots are resolved, no slashes joined.
 */
export function matchPath(pattern: string, path: string): Params | null {
  const expected = patternSegments(pattern);
  const actual = segmentsOf(path);
  if (actual === null || actual.length !== expected.length) return null;
  const params: Record<string, string> = {};
  for (const [at, part] of expected.entries()) {
    const segment = actual[at] ?? '';
    if (!part.startsWith(':')) {
      if (part !== segment) return null;
      continue;
    }
    const value = decodeSegment(segment);
    if (value === null) return null;
    params[part.slice(1)] = value;
  }
  return params;
}

/** The target of a path; the first pattern that matches wins. */
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

/** A pattern and its application. */
export type Route<S extends Scope = Scope, Answer = ReturnType<SocketApplication>> = readonly [
  pattern: string,
  application: (scope: S) => Answer,
];

/** The parameters of a pattern: `'/ws/chat/:room/'` has a `room`. */
export type ParamsOf<Pattern extends string> = Readonly<Record<NamesIn<Pattern>, string>>;

type NamesIn<Pattern extends string> = Pattern extends `${infer First}/${infer Rest}`
  ? NamesIn<First> | NamesIn<Rest>
  : Pattern extends `:${infer Name}`
    ? Name
    : never;

/** A route whose application gets the pattern's parameters in its scope, by type. */
export function route<const Pattern extends string, S extends Scope, Answer>(
  pattern: Pattern,
  application: (scope: Omit<S, 'params'> & { readonly params: ParamsOf<Pattern> }) => Answer,
): Route<S, Answer> {
  return [
    pattern,
    (scope) => {
      const { params } = scope;
      if (!hasParams(pattern, params))
        throw new Error(`${scope.path} reached the application of ${pattern} by another pattern`);
      return application({ ...scope, params });
    },
  ];
}

/** The same routes below a prefix, whose parameters are in their scope as well; optionally with a guard around each. */
export function mount<S extends Scope, Answer>(
  prefix: string,
  routes: readonly Route<S, Answer>[],
  guard: (application: (scope: S) => Answer) => (scope: S) => Answer = (application) => application,
): Route<S, Answer>[] {
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return routes.map(([pattern, application]) => [base + pattern, guard(application)]);
}

/** An application that hands each path to its route. An unknown path: 404, and a line in the log. */
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
  kind: string,
  log?: Log,
): (scope: S) => Answer {
  return (scope) => {
    const found = findRoute(routes, scope.path);
    if (found !== null) return found.target({ ...scope, params: { ...scope.params, ...found.params } });
    log?.info(`${scope.client} ${scope.path}: no such ${kind}`);
    throw new Denied(404);
  };
}

function hasParams<Pattern extends string>(pattern: Pattern, params: Params): params is ParamsOf<Pattern> {
  const names = patternSegments(pattern).filter((part) => part.startsWith(':'));
  return names.every((name) => Object.hasOwn(params, name.slice(1)));
}

const segmentsByPattern = new Map<string, readonly string[]>();

/** Patterns are few and constant: their segments are cached. */
function patternSegments(pattern: string): readonly string[] {
  const cached = segmentsByPattern.get(pattern);
  if (cached !== undefined) return cached;
  const segments = segmentsOf(pattern);
  if (segments === null) throw new TypeError(`a path pattern must start with a slash, not ${JSON.stringify(pattern)}`);
  segmentsByPattern.set(pattern, segments);
  return segments;
}

function segmentsOf(path: string): readonly string[] | null {
  if (!path.startsWith('/')) return null;
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length;
  return path.slice(1, end).split('/');
}

function decodeSegment(segment: string): string | null {
  if (segment === '') return null;
  try {
    const value = decodeURIComponent(segment);
    return /[/\0]/.test(value) ? null : value;
  } catch {
    return null;
  }
}
