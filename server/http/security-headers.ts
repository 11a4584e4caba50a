import type { Scope } from '../../channels/scope.ts';

const HSTS_S = 365 * 24 * 60 * 60;

/** Every script, style and socket comes from here; nothing is inline, nobody frames us, no form leaves. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const ALWAYS: ReadonlyArray<readonly [string, string]> = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'same-origin'],
  ['content-security-policy', CONTENT_SECURITY_POLICY],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];

/** The headers that stand on every answer, also on those given before a route was found. */
export function securityHeaders(scheme: Scope['scheme']): ReadonlyArray<readonly [string, string]> {
  if (scheme === 'http') return ALWAYS;
  return [...ALWAYS, ['strict-transport-security', `max-age=${HSTS_S}`]];
}

/** What does not say how long it may be kept is private. */
export function secured(response: Response, scope: Scope): Response {
  for (const [name, value] of securityHeaders(scope.scheme)) response.headers.set(name, value);
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  if (scope.method !== 'HEAD') return response;
  return new Response(null, { status: response.status, headers: response.headers });
}
