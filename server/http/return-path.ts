const NEXT_CHARACTERS = 2_000;

/** Browsers drop tabs and line breaks inside an address and read `\` as `/`: either could make it another host's. */
const OWN_PATH = /^\/(?![/\\])[^\\\p{Cc}\p{Zl}\p{Zp}\s]*$/u;

/** Where to go on after signing in: a path on this host, or an empty string. */
export function safeNext(next: string | null): string {
  if (next === null || next.length > NEXT_CHARACTERS || !OWN_PATH.test(next)) return '';
  const address = new URL(next, 'http://own.invalid');
  return address.host === 'own.invalid' ? next : '';
}

/** The way to the account page that comes back here. */
export function logInAddress(path: string, query: URLSearchParams): string {
  const next = safeNext(query.size === 0 ? path : `${path}?${query}`);
  return next === '' ? '/account' : `/account?next=${encodeURIComponent(next)}`;
}
