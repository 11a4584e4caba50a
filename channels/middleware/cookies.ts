const HEADER_CHARACTERS = 16 * 1024;

/** The value sent under this name; null without one, and with several: then one of them may have been planted. */
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

/** A `set-cookie` header: for the whole site, not readable by scripts, not sent with requests from other sites. */
export function writeCookie(name: string, value: string, { lifeS, secure }: CookieOptions): string {
  if (!NAME.test(name) || !VALUE.test(value)) throw new TypeError(`invalid cookie ${name}=${value}`);
  const cookie = `${name}=${value}; Path=/; Max-Age=${lifeS}; HttpOnly; SameSite=Lax`;
  return secure ? `${cookie}; Secure` : cookie;
}

const NAME = /^[A-Za-z0-9_-]{1,99}$/;
/** Any other character would need quoting, which readers treat differently. */
const VALUE = /^[\w!#$%&'()*+./:<=>?@[\]^`{|}~-]*$/;
