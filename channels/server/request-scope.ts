import { isHostForm } from '../middleware/hosts.ts';
import type { Scope } from '../scope.ts';
import type { RequestOrigin } from './trusted-proxy.ts';

/**
 * The scope of a request; null when its Host header is malformed. That is checked before anything else: with a malformed
 * Host the runtime's `request.url` is not a URL, only the request target as the client wrote it.
 */
export function scopeOf(request: Request, origin: RequestOrigin): Scope | null {
  const host = request.headers.get('host') ?? '';
  if (!isHostForm(host) || !request.url.startsWith('http')) return null;
  const { path, query } = splitUrl(request.url);
  return {
    request,
    method: request.method,
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    params: {},
    host,
    scheme: origin.scheme,
    client: origin.client,
  };
}

/** The only version of the protocol; the runtime supports no other. */
export const SOCKET_VERSION = '13';

/** Whether the runtime can complete the handshake, given the right version. */
export function isValidHandshake(headers: Headers): boolean {
  const connection = headers.get('connection')?.toLowerCase().split(',') ?? [];
  const key = headers.get('sec-websocket-key') ?? '';
  return connection.some((word) => word.trim() === 'upgrade') && /^[A-Za-z0-9+/]{22}==$/.test(key);
}

export function asksForSocket(headers: Headers): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** Split by position: a URL parser would decode and normalise it. */
function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start < 0) return { path: '/', query: '' };
  const end = url.indexOf('#', start);
  const whole = end < 0 ? url.slice(start) : url.slice(start, end);
  const mark = whole.indexOf('?');
  return mark < 0 ? { path: whole, query: '' } : { path: whole.slice(0, mark), query: whole.slice(mark + 1) };
}
