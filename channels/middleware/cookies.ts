const HEADER_CHARACTERS = 16 * 1024;

/** The value sent under this name; null when there is none, or more than one: then somebody planted one of them. */
export function readCookie(headers: Headers, name: string): string | null {
  const header = headers.get('cookie') ?? '';
  if (header.length > HEADER_CHARACTERS) return null;
  const start = `${name}=`;
  const pairs = header.split(';').map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
  return values.length === 1 ? (values[0] ?? null) : null;
}

export interface CookieOptions {
  /** 0 removes it. */
  readonly lifeS: number;
  /** Sent over https only. */
  readonly secure: boolean;
}

/** For a `set-cookie` header: of the whole site, out of reach for scripts, and not sent along by other sites. */
export function writeCookie(name: string, value: string, { lifeS, secure }: CookieOptions): string {
  if (!NAME.test(name) || !VALUE.test(value)) throw new TypeError(`a cookie cannot be ${name}=${value}`);
  const line = `${name}=${value}; Path=/; Max-Age=${lifeS}; HttpOnly; SameSite=Lax`;
  return secure ? `${line}; Secure` : line;
}

const NAME = /^[A-Za-z0-9_-]{1,99}$/;
/** Anything else would have to be quoted, and be read back by everybody alike. */
const VALUE = /^[\w!#$%&'()*+./:<=>?@[\]^`{|}~-]*$/;
