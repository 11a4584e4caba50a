import { Denied } from '../consumer.ts';
import type { Log } from '../log.ts';
import type { Scope } from '../scope.ts';

/**
 * Whether a page of this origin may connect. A pattern is one of
 * - `*`: any, even none;
 * - `example.org`: this host, any scheme and port;
 * - `.example.org`: this host and all below it;
 * - `https://example.org` or `https://example.org:8443`: exactly this; without a port the one of the scheme.
 *
 * A missing, empty, opaque (`null`) or malformed origin matches `*` only.
 */
export function originAllowed(origin: string | null, patterns: readonly string[]): boolean {
  if (patterns.includes('*')) return true;
  const from = origin === null ? null : parseOrigin(origin);
  return from !== null && patterns.some((pattern) => matches(from, pattern));
}

/** A guard around any application: 403 for a wrong or missing Origin. `patterns` may depend on the request. */
export function originGuard<S extends Scope, Answer>(
  patterns: readonly string[] | ((scope: S) => readonly string[]),
  application: (scope: S) => Answer,
  log?: Log,
): (scope: S) => Answer {
  return (scope) => {
    const allowed = typeof patterns === 'function' ? patterns(scope) : patterns;
    const origin = scope.headers.get('origin');
    if (originAllowed(origin, allowed)) return application(scope);
    log?.info(`${scope.client} ${scope.path}: refused, origin ${origin ?? 'missing'}`);
    throw new Denied(403);
  };
}

interface Origin {
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
}

/** Null for a text with a path, a user or an unknown scheme: a browser sends none of these in an origin. */
function parseOrigin(text: string): Origin | null {
  const url = URL.parse(text);
  const port = url === null ? undefined : (DEFAULT_PORTS[url.protocol] ?? undefined);
  if (url === null || port === undefined || !/^[a-z]+:\/\/[^/?#@\\\s]+$/i.test(text)) return null;
  return { scheme: url.protocol, host: url.hostname, port: url.port || port };
}

function matches(from: Origin, pattern: string): boolean {
  if (pattern.includes('://')) return isSame(from, parseOrigin(pattern));
  const host = pattern.toLowerCase();
  if (!host.startsWith('.')) return from.host === host;
  return from.host === host.slice(1) || from.host.endsWith(host);
}

function isSame(a: Origin, b: Origin | null): boolean {
  return b !== null && a.scheme === b.scheme && a.host === b.host && a.port === b.port;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443' };
