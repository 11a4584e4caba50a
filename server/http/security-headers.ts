import type { Scope } from '../../channels/scope.ts';

const HSTS_S = 365 * 24 * 60 * 60;

/** Scripts, styles and sockets come from this host alone; nothing inline, no framing, no form to another host. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const ALWAYS: ReadonlyArray<readonly [string, string]> = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'same-origin'],
  ['content-security-policy', CONTENT_SECURITY_POLICY],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];

/** The headers of every response, also of those sent before a route was found. */
export function securityHeaders(scheme: Scope['scheme']): ReadonlyArray<readonly [string, string]> {
  if (scheme === 'http') return ALWAYS;
  return [...ALWAYS, ['strict-transport-security', `max-age=${HSTS_S}`]];
}

/** Adds the headers of every response; one without cache-control must not be stored. */
export function secured(response: Response, scope: Scope): Response {
  for (const [name, value] of securityHeaders(scope.scheme)) response.headers.set(name, value);
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  if (scope.method !== 'HEAD') return response;
  return new Response(null, { status: response.status, headers: response.headers });
}
