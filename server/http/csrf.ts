import { createHmac, randomBytes } from 'node:crypto';
import type { Scope } from '../../channels/scope.ts';
import { readCookie, setCookie } from './cookies.ts';

const COOKIE_BYTES = 32;
const COOKIE_VALUE = /^[A-Za-z0-9_-]{43}$/;

/**
 * CSRF tokens are not stored: each is an HMAC, under the database's secret, of the session's token or, before there is a
 * session, of a random cookie. So a token is valid on every process and after a restart, and it changes with every log-in
 * and log-out. The HMAC covers the kind, so that a token of one kind is never valid as the other.
 */
export class Csrf {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  tokenForSession(token: string): string {
    return this.#sign(`session:${token}`);
  }

  /** For a browser without a session. A well-formed cookie is used again, any other is replaced. */
  tokenForCookie(scope: Scope): IssuedToken {
    const cookie = readCookie(scope, 'csrf');
    if (cookie !== null && COOKIE_VALUE.test(cookie)) return { token: this.#sign(`cookie:${cookie}`), setCookie: null };
    return this.tokenForNewCookie(scope);
  }

  /** After log-out, so that no earlier token remains valid. */
  tokenForNewCookie(scope: Scope): IssuedToken {
    const cookie = randomBytes(COOKIE_BYTES).toString('base64url');
    return { token: this.#sign(`cookie:${cookie}`), setCookie: setCookie(scope, 'csrf', cookie) };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }
}

/** A token, and the Set-Cookie header without which it would not be valid. */
export interface IssuedToken {
  readonly token: string;
  readonly setCookie: string | null;
}
