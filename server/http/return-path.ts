const NEXT_CHARACTERS = 2_000;

/** Browsers drop tabs and line breaks inside an address and read `\` as `/`: either could lead to another host. */
const OWN_PATH = /^\/(?![/\\])[^\\\p{Cc}\p{Zl}\p{Zp}\s]*$/u;

/** The page to open after log-in: a path on this host, or an empty string. */
export function safeNext(next: string | null): string {
  if (next === null || next.length > NEXT_CHARACTERS || !OWN_PATH.test(next)) return '';
  const address = new URL(next, 'http://own.invalid');
  return address.host === 'own.invalid' ? next : '';
}

/** The address of the account page that returns to this path after log-in. */
export function logInAddress(path: string, query: URLSearchParams): string {
  const next = safeNext(query.size === 0 ? path : `${path}?${query}`);
  return next === '' ? '/account' : `/account?next=${encodeURIComponent(next)}`;
}
