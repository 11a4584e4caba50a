import { isIPv6 } from 'node:net';

/** An IPv4 address inside IPv6, as a dual-stack socket or a proxy writes it, becomes IPv4; any other text stays. */
export function plainAddress(address: string): string {
  const groups = groupsOf(address);
  if (groups === null || !isMappedIPv4(groups)) return address;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** An IPv6 host usually owns a whole /64: it stands for all addresses in it. An IPv4 address stands for itself. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  const prefix = groupsOf(plain)?.slice(0, 4);
  return prefix === undefined ? plain : `${prefix.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The address at the start of `address:port`; the brackets of an IPv6 address go, with a port or without one. */
export function withoutPort(text: string): string {
  const [, bracketed, ipv4] = WITH_PORT.exec(text) ?? [];
  return bracketed ?? ipv4 ?? text;
}

const WITH_PORT = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/;

/** The eight 16-bit groups of an IPv6 address, however it is abbreviated; null for any other text. */
function groupsOf(address: string): readonly number[] | null {
  const withoutZone = address.replace(/%.*$/, '');
  if (!isIPv6(withoutZone)) return null;
  const [head = '', tail] = withoutZone.split('::');
  if (tail === undefined) return groupsIn(head);
  const [start, end] = [groupsIn(head), groupsIn(tail)];
  return [...start, ...Array<number>(8 - start.length - end.length).fill(0), ...end];
}

function groupsIn(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => (group.includes('.') ? dottedGroups(group) : Number.parseInt(group, 16)));
}

function dottedGroups(dotted: string): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}

function isMappedIPv4(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}
