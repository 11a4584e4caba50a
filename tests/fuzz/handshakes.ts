/** Handshakes and requests: valid, mutated and random, each with the statuses that may answer it. */
import type { Random } from '../support/random.ts';
import { flipped, someBytes } from './frames.ts';

export interface Attempt {
  readonly kind: string;
  readonly bytes: Buffer;
  /** 0: the connection ends without an answer. */
  readonly answers: readonly number[];
}

export function randomAttempt(random: Random): Attempt {
  const kind = random.pick(KINDS);
  const { bytes, answers } = MAKERS[kind](random);
  return { kind, bytes: Buffer.from(bytes), answers };
}

/** Whatever is sent: an answer of HTTP, or none. Never a fault of the server. */
const ANY = [0, 101, 200, 400, 404, 405, 408, 411, 413, 414, 417, 426, 431, 501, 505];
const REFUSED = ANY.filter((status) => status !== 101 && status !== 200);

type Made = { readonly bytes: string | Uint8Array; readonly answers: readonly number[] };

const MAKERS = {
  'a good one': (random) => ({ bytes: request(random, {}), answers: [101] }),
  'to nowhere': (random) => ({ bytes: request(random, { path: somePath(random) }), answers: [404] }),
  'a line left out': (random) => {
    const left = random.pick(['host', 'connection', 'sec-websocket-key', 'sec-websocket-version']);
    return {
      bytes: request(random, { headers: goodHeaders().filter(([name]) => name !== left) }),
      answers: [400, 426],
    };
  },
  'a line twice': (random) => {
    const again = random.pick(['host', 'sec-websocket-key', 'sec-websocket-version']);
    const more = goodHeaders().filter(([name]) => name === again);
    return { bytes: request(random, { headers: [...goodHeaders(), ...more] }), answers: [400, 426] };
  },
  'a value that is wrong': (random) => ({
    bytes: request(random, { headers: wrongValue(random) }),
    answers: [400, 426],
  }),
  'another method': (random) => {
    const method = random.pick(['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT']);
    return { bytes: request(random, { method }), answers: [405] };
  },
  'another protocol': (random) => {
    const protocol = random.pick(['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'XTTP/1.1', '']);
    return { bytes: request(random, { protocol }), answers: REFUSED };
  },
  'a page': (random) => {
    const headers = goodHeaders().filter(([name]) => name === 'host');
    return { bytes: request(random, { headers }), answers: [200] };
  },
  // The answer may be lost: it is sent while the flood still comes.
  'a flood of headers': (random) => ({ bytes: request(random, { headers: manyHeaders(random) }), answers: [0, 431] }),
  'a byte that may not be': (random) => {
    const [name, value] = random.pick([
      ['x-a', `a${String.fromCharCode(random.pick([0, 1, 8, 10, 11, 12, 13, 27, 28, 29, 30, 31]))}b`],
      [`x${random.pick([...' ()<>@,;\\"/[]?={}\0\x7f\xe9'])}a`, 'b'],
    ] as const);
    const bytes = request(random, { headers: [...goodHeaders(), [name, value]] });
    return { bytes: Buffer.from(bytes, 'latin1'), answers: REFUSED };
  },
  'two lengths': (random) => {
    const lines = random.pick([
      [
        ['content-length', '5'],
        ['transfer-encoding', 'chunked'],
      ],
      [
        ['content-length', '5'],
        ['content-length', '6'],
      ],
      [['content-length', `-${random.below(99)}`]],
      [['content-length', `0x${random.below(99)}`]],
      [['content-length', '9'.repeat(20 + random.below(99))]],
      [['transfer-encoding', 'chunked, gzip, chunked']],
    ] as const);
    return { bytes: request(random, { headers: [...goodHeaders(), ...lines] }), answers: REFUSED };
  },
  'bits turned over': (random) => ({ bytes: flipped(random, Buffer.from(request(random, {}))), answers: ANY }),
  'bytes left out': (random) => {
    const bytes = Buffer.from(request(random, {}));
    const at = random.below(bytes.length);
    const rest = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(9))]);
    return { bytes: rest, answers: ANY };
  },
  'cut off': (random) => {
    const bytes = request(random, {});
    return { bytes: bytes.slice(0, random.below(bytes.length)), answers: REFUSED };
  },
  'nothing but chance': (random) => ({
    bytes: Buffer.concat([someBytes(random, random.below(400)), Buffer.from('\r\n\r\n')]),
    answers: REFUSED,
  }),
  'one behind the other': (random) => {
    const page = request(random, { headers: goodHeaders().filter(([name]) => name === 'host') });
    return { bytes: page + request(random, {}) + page, answers: [200] };
  },
} satisfies Record<string, (random: Random) => Made>;

const KINDS = Object.keys(MAKERS).filter((kind): kind is keyof typeof MAKERS => kind in MAKERS);

type Header = readonly [name: string, value: string];

interface Parts {
  readonly method?: string;
  readonly path?: string;
  readonly protocol?: string;
  readonly headers?: readonly Header[];
}

/** In any order and case, with what browsers and proxies add. */
function request(random: Random, { method, path, protocol, headers = goodHeaders() }: Parts): string {
  const added = Array.from({ length: random.below(20) }, (_, at): Header => [`x-${at}`, 'v'.repeat(random.below(40))]);
  const lines = shuffled(random, [...headers, ...added]).map(([name, value]) => {
    return `${random.chance(0.5) ? name : name.toUpperCase()}: ${value}\r\n`;
  });
  return `${method ?? 'GET'} ${path ?? random.pick(PATHS)} ${protocol ?? 'HTTP/1.1'}\r\n${lines.join('')}\r\n`;
}

const PATHS = ['/echo/', '/echo', '/group/', '/group?a=b', '/echo/?after=1&epoch=%00'];

function goodHeaders(): Header[] {
  return [
    ['host', 'localhost'],
    ['upgrade', 'websocket'],
    ['connection', 'keep-alive, Upgrade'],
    ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ['sec-websocket-version', '13'],
  ];
}

function wrongValue(random: Random): Header[] {
  const [wrong, value] = random.pick([
    ['host', random.pick(['a b', 'a/b', 'a@b', '', '[::1', 'x:99999'])],
    ['connection', random.pick(['', 'close', 'upgradex', 'keep-alive'])],
    ['sec-websocket-key', random.pick(['', 'abc', 'A'.repeat(24), `${'A'.repeat(10_000)}==`])],
    ['sec-websocket-version', random.pick(['', '0', '8', '12', '13, 13', '1e1', '-13', '9'.repeat(400)])],
  ] as const);
  return goodHeaders().map(([name, good]) => [name, name === wrong ? value : good]);
}

function manyHeaders(random: Random): Header[] {
  if (random.chance(0.5)) return [...goodHeaders(), ['cookie', 'c'.repeat(20_000 + random.below(50_000))]];
  const many = Array.from({ length: 250 + random.below(3_000) }, (_, at): Header => [`x-flood-${at}`, 'v'.repeat(60)]);
  return [...goodHeaders(), ...many];
}

function somePath(random: Random): string {
  return random.pick([
    () => `/${'a'.repeat(1 + random.below(2_000))}`,
    () => '/echo/echo/',
    () => '/%2e%2e/%2e%2e/etc/passwd',
    () => '/echo%2F',
    () => `/${encodeURIComponent(String.fromCodePoint(1 + random.below(0xd000)))}/`,
    () => '/%zz',
    () => '/__proto__',
    () => '//echo/',
  ])();
}

function shuffled<One>(random: Random, list: readonly One[]): One[] {
  return list
    .map((one) => ({ one, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
