/** The address at which a server is reached from its own machine, whatever it listens on. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Settings } from './settings.ts';

export interface ListenAddress {
  /** `https://127.0.0.1:8443`. Of a server on a unix socket only the scheme counts. */
  readonly url: string;
  readonly unixSocket: string | null;
  /** The Origin header of the server's own pages; null: the requested address. */
  readonly origin: string | null;
}

export async function listenAddressOf(settings: Settings, port: number): Promise<ListenAddress> {
  const { bind, origins, tls, unixSocket } = settings;
  const scheme = tls === null ? 'http' : 'https';
  const host = unixSocket === null ? await localHost(bind) : 'localhost';
  return {
    url: new URL(`${scheme}://${host}:${port}`).origin,
    unixSocket: unixSocket === null ? null : resolve(unixSocket),
    origin: origins[0] ?? null,
  };
}

/** An address, since the server may not answer to a name of this machine. */
async function localHost(bind: string): Promise<string> {
  if (bind === '0.0.0.0') return '127.0.0.1';
  if (bind === '::') return '[::1]';
  if (bind === 'localhost') return bind;
  const address = isIP(bind) === 0 ? (await lookup(bind)).address : bind;
  return isIP(address) === 6 ? `[${address}]` : address;
}
