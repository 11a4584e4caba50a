import type { Scope } from '../../channels/scope.ts';

/** `session` holds the token of a session; `visit` a random value that binds CSRF tokens before there is a session. */
export type CookieKind = 'session' | 'visit';

/**
 * Browsers drop a cookie when the server's sliding 14 days are over only if they are told each time they slide. The
 * server alone decides when a session ends, so the cookie simply lives as long as browsers allow.
 */
const COOKIE_LIFE_S = 400 * 24 * 60 * 60;

/** A cookie header longer than this is not looked at. */
const COOKIE_HEADER_CHARACTERS = 16 * 1024;

/**
 * `__Host-` makes the browser refuse what a sibling domain plants. It needs https; on http, where cookies ignore
 * ports, the port in the name keeps two servers on one machine apart.
 */
export function cookieName({ scheme, host }: Pick<Scope, 'scheme' | 'host'>, kind: CookieKind): string {
  return scheme === 'https' ? `__Host-salon-${kind}` : `salon-${kind}-${portOf(host)}`;
}

/** The value sent under our name; null when there is none, or more than one: then somebody planted one of them. */
export function readCookie(scope: Scope, kind: CookieKind): string | null {
  const header = scope.headers.get('cookie') ?? '';
  if (header.length > COOKIE_HEADER_CHARACTERS) return null;
  const start = `${cookieName(scope, kind)}=`;
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .map((pair) => pair.slice(start.length));
  const [value] = values;
  return value === undefined || values.length > 1 ? null : value;
}

export function setCookie(scope: Scope, kind: CookieKind, value: string): string {
  return cookieLine(scope, kind, value, COOKIE_LIFE_S);
}

export function clearCookie(scope: Scope, kind: CookieKind): string {
  return cookieLine(scope, kind, '', 0);
}

function cookieLine(scope: Scope, kind: CookieKind, value: string, lifeSeconds: number): string {
  const line = `${cookieName(scope, kind)}=${value}; Path=/; Max-Age=${lifeSeconds}; HttpOnly; SameSite=Lax`;
  return scope.scheme === 'https' ? `${line}; Secure` : line;
}

function portOf(host: string): string {
  return /:(\d{1,5})$/.exec(host)?.[1] ?? '80';
}
