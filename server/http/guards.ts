import { hostAllowed } from '../../channels/middleware/hosts.ts';
import { originAllowed } from '../../channels/middleware/origin.ts';
import type { Scope } from '../../channels/scope.ts';
import { isSameSecret } from './constant-time.ts';
import { type CurrentUser, HttpError, type Route } from './route.ts';

/** Against DNS rebinding: another site could point its own name at this address and have a user's browser send requests. */
export function guardHost(scope: Scope, origins: readonly string[]): void {
  if (hostAllowed(scope.host, ownHosts(origins))) return;
  throw new HttpError(
    421,
    'unknown_host',
    'This server does not go by this host name. Start it with --origin <scheme>://<host name> to allow it.',
  );
}

/**
 * A browser sends where a POST comes from: Origin, or at least Referer or Sec-Fetch-Site. It must be this server. A
 * client that sends none of them is no browser, and passes if its token is right.
 */
export function guardOrigin(scope: Scope, origins: readonly string[]): void {
  if (scope.headers.get('sec-fetch-site') === 'cross-site') throw crossSite();
  const from = scope.headers.get('origin') ?? originOf(scope.headers.get('referer'));
  if (from !== null && !originAllowed(from, ownOrigins(scope, origins))) throw crossSite();
}

export function guardToken(scope: Scope, expected: string): void {
  if (isSameSecret(expected, scope.headers.get('x-csrftoken'))) return;
  throw new HttpError(403, 'csrf', 'The page is out of date. Reload it and try again.');
}

export function guardUser(route: Route, currentUser: CurrentUser | null): void {
  if (route.access === 'user' && currentUser === null) throw new HttpError(401, 'signed_out', 'Log in first.');
}

/** The origins whose pages may send requests: those of `--origin` or, without it, the requested host. Sockets use it, too. */
export function ownOrigins(scope: Scope, origins: readonly string[]): readonly string[] {
  return origins.length > 0 ? origins : [`${scope.scheme}://${scope.host}`];
}

export function ownHosts(origins: readonly string[]): readonly string[] {
  return origins.map((origin) => new URL(origin).hostname);
}

/** A malformed Referer counts as a foreign origin. */
function originOf(referer: string | null): string | null {
  if (referer === null) return null;
  return URL.parse(referer)?.origin ?? 'null';
}

function crossSite(): HttpError {
  return new HttpError(403, 'csrf', 'This request came from another site.');
}
