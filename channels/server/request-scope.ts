import { isHostForm } from '../middleware/hosts.ts';
import type { Scope } from '../scope.ts';
import type { RequestOrigin } from './trusted-proxy.ts';

/**
 * What is known of a request; null when its Host cannot be a host. That is looked at before anything else: with a
 * malformed one the runtime's `request.url` is no URL at all, only what the client wrote behind the method.
 */
export function scopeOf(request: Request, from: RequestOrigin): Scope | null {
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
    scheme: from.scheme,
    client: from.client,
  };
}

/** The one version of the protocol that there is; the runtime speaks no other. */
export const SOCKET_VERSION = '13';

/** A handshake that the runtime can complete, if its version is the right one. */
export function isWholeHandshake(headers: Headers): boolean {
  const connection = headers.get('connection')?.toLowerCase().split(',') ?? [];
  const key = headers.get('sec-websocket-key') ?? '';
  return connection.some((word) => word.trim() === 'upgrade') && /^[A-Za-z0-9+/]{22}==$/.test(key);
}

export function asksForSocket(headers: Headers): boolean {
  return headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** By position: a parser would decode and resolve things on the way. */
function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start < 0) return { path: '/', query: '' };
  const end = url.indexOf('#', start);
  const whole = end < 0 ? url.slice(start) : url.slice(start, end);
  const mark = whole.indexOf('?');
  return mark < 0 ? { path: whole, query: '' } : { path: whole.slice(0, mark), query: whole.slice(mark + 1) };
}
