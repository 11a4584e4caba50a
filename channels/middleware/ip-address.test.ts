import { expect, test } from 'bun:test';
import { networkOf, plainAddress, withoutPort } from './ip-address.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:0102:0304', '1.2.3.4'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::a:b:c:d:e:1.2.3.4', '0:a:b:c::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:0a00:0001', '10.0.0.1'],
  ['::ffff:a00:1', '10.0.0.1'],
  ['::FFFF:10.0.0.1', '10.0.0.1'],
  ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
  ['0000:0000:0000:0000:0000:ffff:0a00:0001', '10.0.0.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['::fffe:a00:1', '::fffe:a00:1'],
  ['1::ffff:a00:1', '1::ffff:a00:1'],
  ['10.0.0.1', '10.0.0.1'],
  ['rubbish', 'rubbish'],
])('%s is the address %s, however it is written', (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

test.each([
  ['192.0.2.1:8080', '192.0.2.1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['2001:db8::1:8080', '2001:db8::1:8080'],
  ['rubbish:80', 'rubbish:80'],
])('%s without its port is %s', (text, address) => {
  expect(withoutPort(text)).toBe(address);
});
