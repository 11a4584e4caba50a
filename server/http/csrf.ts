import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../../channels/scope.ts';
import { readCookie, setCookie } from './cookies.ts';

const VISIT_BYTES = 32;
const VISIT = /^[A-Za-z0-9_-]{43}$/;

/**
 * CSRF tokens are not kept anywhere: each is an HMAC, under the database's secret, of the session's token or, before
 * there is a session, of a random cookie. So it is good on every process and after a restart, and it changes with
 * every log-in and log-out. The two kinds are told apart inside the HMAC: one can never stand in for the other.
 */
export class Csrf {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  ofSession(token: string): string {
    return this.#sign(`session:${token}`);
  }

  /** Of a browser that nobody is signed in with; a cookie of ours is used again, anything else is replaced. */
  ofCookie(scope: Scope): CsrfBond {
    const cookie = readCookie(scope, 'visit');
    if (cookie !== null && VISIT.test(cookie)) return { token: this.#sign(`visit:${cookie}`), setCookie: null };
    return this.newCookie(scope);
  }

  /** After log-out, so that no token from before is good any more. */
  newCookie(scope: Scope): CsrfBond {
    const cookie = randomBytes(VISIT_BYTES).toString('base64url');
    return { token: this.#sign(`visit:${cookie}`), setCookie: setCookie(scope, 'visit', cookie) };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }
}

/** A token, and the Set-Cookie line without which it would be worth nothing. */
export interface CsrfBond {
  readonly token: string;
  readonly setCookie: string | null;
}

/** Takes equally long wherever the two differ. */
export function isSameToken(expected: string, given: string | null): boolean {
  if (given === null) return false;
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
