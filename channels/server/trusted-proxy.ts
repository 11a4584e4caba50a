import { BlockList, isIP } from 'node:net';
import { plainAddress, withoutPort } from '../middleware/ip-address.ts';

/** The client behind any trusted proxies, and the scheme it used. */
export interface RequestOrigin {
  readonly client: string;
  readonly scheme: 'http' | 'https';
}

/**
 * Trusts `X-Forwarded-For` and `X-Forwarded-Proto` from the listed peers (addresses or CIDRs) only: any client can send
 * these headers. The client is the last address in the list that is not a trusted proxy itself; entries before it were
 * written by the client. Throws a TypeError on an entry that is neither an address nor a CIDR.
 */
export function proxyTrust(trusted: readonly string[]): (peer: RequestOrigin, headers: Headers) => RequestOrigin {
  const list = blockList(trusted);
  const isTrusted = (address: string): boolean => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
  return (peer, headers) => {
    if (trusted.length === 0 || !isTrusted(peer.client)) return peer;
    const proto = headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase();
    return {
      client: forwardedFor(headers.get('x-forwarded-for') ?? '', peer.client, isTrusted),
      scheme: proto === 'https' || proto === 'http' ? proto : peer.scheme,
    };
  };
}

function forwardedFor(header: string, peer: string, isTrusted: (address: string) => boolean): string {
  let client = peer;
  for (const entry of header.split(',').reverse()) {
    const address = plainAddress(withoutPort(entry.trim()));
    if (isIP(address) === 0) return client;
    client = address;
    if (!isTrusted(address)) return client;
  }
  return client;
}

function blockList(trusted: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of trusted) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
    const isBits = /^\d{1,3}$/.test(prefix ?? '0') && bits <= (family === 6 ? 128 : 32);
    if (family === 0 || rest.length > 0 || !isBits) throw new TypeError(`not an address or CIDR: ${entry}`);
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
