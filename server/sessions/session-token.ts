import { createHash, randomBytes } from 'node:crypto';

/** 256 bits. */
const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A random token for a cookie or a link, and its hash, which alone is stored. */
export interface Token {
  readonly token: string;
  readonly tokenHash: string;
}

export function newToken(): Token {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, tokenHash: hashOfToken(token) };
}

export function isToken(value: string | null): value is string {
  return value !== null && TOKEN.test(value);
}

export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
