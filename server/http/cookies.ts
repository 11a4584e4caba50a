import { readCookie as readByName, writeCookie } from '../../channels/middleware/cookies.ts';
import type { Scope } from '../../channels/scope.ts';

/** `session` holds the token of a session; `csrf` a random value that CSRF tokens are bound to before there is a session. */
export type CookieKind = 'session' | 'csrf';

/**
 * The server alone decides when a session ends. A cookie that expired with the session's sliding 14 days would have to be
 * set again each time they slide, so it lives as long as browsers allow.
 */
const COOKIE_LIFE_S = 400 * 24 * 60 * 60;

/**
 * `__Host-` makes the browser refuse a cookie that a sibling domain sets. It needs https; on http, where cookies ignore
 * ports, the port in the name separates two servers on one machine.
 */
export function cookieName({ scheme, host }: Pick<Scope, 'scheme' | 'host'>, kind: CookieKind): string {
  return scheme === 'https' ? `__Host-salon-${kind}` : `salon-${kind}-${portOf(host)}`;
}

export function readCookie(scope: Scope, kind: CookieKind): string | null {
  return readByName(scope.headers, cookieName(scope, kind));
}

export function setCookie(scope: Scope, kind: CookieKind, value: string): string {
  return cookieLine(scope, kind, value, COOKIE_LIFE_S);
}

export function clearCookie(scope: Scope, kind: CookieKind): string {
  return cookieLine(scope, kind, '', 0);
}

function cookieLine(scope: Scope, kind: CookieKind, value: string, lifeS: number): string {
  return writeCookie(cookieName(scope, kind), value, { lifeS, secure: scope.scheme === 'https' });
}

function portOf(host: string): string {
  return /:(\d{1,5})$/.exec(host)?.[1] ?? '80';
}
