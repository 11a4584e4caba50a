import { expect, test } from 'bun:test';
import { proxyTrust } from './trusted-proxy.ts';

const PROXIES = ['10.0.0.0/8', '::1', '192.168.1.1'];

test.each([
  ['nobody is believed by default', [], '10.0.0.1', '1.2.3.4', '10.0.0.1'],
  ['a peer that is not listed is not believed', PROXIES, '11.0.0.1', '1.2.3.4', '11.0.0.1'],
  ['a listed proxy is', PROXIES, '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['over IPv6 too', PROXIES, '::1', '2001:db8::7', '2001:db8::7'],
  ['what the client wrote itself is not', PROXIES, '10.0.0.1', '6.6.6.6, 1.2.3.4', '1.2.3.4'],
  ['a chain of proxies is walked', PROXIES, '10.0.0.1', '1.2.3.4, 192.168.1.1, 10.9.9.9', '1.2.3.4'],
  ['rubbish stops the walk', PROXIES, '10.0.0.1', '1.2.3.4, rubbish, 10.9.9.9', '10.9.9.9'],
  ['no list is the peer', PROXIES, '10.0.0.1', '', '10.0.0.1'],
  ['an address written with its port is that address', PROXIES, '10.0.0.1', '1.2.3.4:5678', '1.2.3.4'],
  ['IPv6 with a port too', PROXIES, '10.0.0.1', '[2001:db8::7]:443, 10.9.9.9:80', '2001:db8::7'],
  ['IPv4 inside IPv6, in hex, is that address', PROXIES, '10.0.0.1', '::ffff:0102:0304, ::ffff:a09:909', '1.2.3.4'],
  ['a proxy is listed as IPv4 inside IPv6', ['::ffff:a00:1'], '10.0.0.1', '1.2.3.4', '1.2.3.4'],
  ['only proxies is the first of them', PROXIES, '10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
])('B11: %s', (_, trusted, peer, header, client) => {
  const headers = new Headers({ 'x-forwarded-for': header });
  expect(proxyTrust(trusted)({ client: peer, scheme: 'http' }, headers).client).toBe(client);
});

test.each([
  ['10.0.0.1', 'https', 'https'],
  ['10.0.0.1', 'http, HTTPS', 'https'],
  ['10.0.0.1', 'gopher', 'http'],
  ['11.0.0.1', 'https', 'http'],
] as const)('B11: the scheme that %s says is %p: %p', (peer, header, scheme) => {
  const headers = new Headers({ 'x-forwarded-proto': header });
  expect(proxyTrust(PROXIES)({ client: peer, scheme: 'http' }, headers).scheme).toBe(scheme);
});

test.each(['', 'proxy.example', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129', '10.0.0.0/-1'])(
  '%j is no list of proxies',
  (entry) => {
    expect(() => proxyTrust([entry])).toThrow('not an address or CIDR');
  },
);
