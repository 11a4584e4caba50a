/** Handshakes as no browser writes them, byte for byte: which become a socket, and how the others are refused. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { handshake, maskedFrame, OPCODES, RawClient, startServer } from '../testing/test-server.ts';

let server: Awaited<ReturnType<typeof startServer>>;
/** Paths for which an application was asked. */
let asked: string[] = [];

beforeAll(async () => {
  server = await startServer({
    http: ({ path }) => new Response(void asked.push(path)),
    websocket: ({ path }) => {
      asked.push(path);
      return { connect: (socket) => socket.accept(), receive: (data, socket) => void socket.send(String(data)) };
    },
  });
});
afterEach(() => {
  asked = [];
  expect(server.log.lines).toEqual([]);
});
afterAll(() => server.stop({ waitMs: 0 }));

const GOOD = handshake('/ws');

/** 0 when the connection was closed without a word. */
async function statusOf(request: string | Uint8Array): Promise<number> {
  const peer = await RawClient.dial(server.port);
  peer.write(request);
  const head = await peer.until('\r\n').catch(() => Buffer.alloc(0));
  peer.destroy();
  return Number(head.toString('latin1').split(' ')[1] ?? 0);
}

/** A whole conversation: without it no test here would show that the server goes on. */
async function isServed(): Promise<boolean> {
  const { peer, status } = await RawClient.request(server.port, GOOD);
  peer.write(maskedFrame(OPCODES.text, 'still served'));
  await peer.until('still served');
  peer.destroy();
  return status === 101;
}

function without(name: string): string {
  const lines = GOOD.split('\r\n').filter((line) => !line.startsWith(`${name}:`));
  return lines.join('\r\n');
}

function withLine(line: string): string {
  return GOOD.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
}

function twice(name: string): string {
  return withLine(GOOD.split('\r\n').find((line) => line.startsWith(`${name}:`)) ?? '');
}

test('B1: the answer proves that the key was read', async () => {
  const { peer, head } = await RawClient.request(server.port, GOOD);
  expect(head).toStartWith('HTTP/1.1 101 ');
  // The key and its answer are the ones of RFC 6455, section 1.3.
  expect(head).toMatch(/^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$/m);
  expect(head).toMatch(/^Upgrade: websocket\r$/im);
  expect(head).toMatch(/^Connection: Upgrade\r$/im);
  peer.destroy();
});

describe('B6: a handshake that is not whole is refused before any application is asked', () => {
  test.each<[string, string, number]>([
    ['no Host', without('Host'), 400],
    ['two Hosts', twice('Host'), 400],
    ['no Connection', without('Connection'), 400],
    ['no key', without('Sec-WebSocket-Key'), 400],
    ['two keys', twice('Sec-WebSocket-Key'), 400],
    ['no version', without('Sec-WebSocket-Version'), 426],
    ['two versions', twice('Sec-WebSocket-Version'), 426],
  ])('%s', async (_, request, status) => {
    expect(await statusOf(request)).toBe(status);
    expect(asked).toEqual([]);
  });

  test.each(['', '0', '8', '12', '14', '013', '13.0', '13, 8', '8, 13', 'x'])('version %j', async (version) => {
    const { peer, status, head } = await RawClient.request(
      server.port,
      handshake('/ws', { 'Sec-WebSocket-Version': version }),
    );
    peer.destroy();
    expect(status).toBe(426);
    expect(head).toMatch(/^Sec-WebSocket-Version: 13\r$/im);
    expect(asked).toEqual([]);
  });

  test.each([
    '',
    'A',
    'A'.repeat(22),
    `${'A'.repeat(23)}=`,
    `${'A'.repeat(24)}==`,
    'é'.repeat(22),
    `${'-'.repeat(22)}==`,
  ])('key %j', async (key) => {
    expect(await statusOf(Buffer.from(handshake('/ws', { 'Sec-WebSocket-Key': key }), 'latin1'))).toBe(400);
    expect(asked).toEqual([]);
  });

  test.each(['', 'close', 'keep-alive', 'upgradex', 'x-upgrade', 'up grade'])('Connection: %j', async (connection) => {
    expect(await statusOf(handshake('/ws', { Connection: connection }))).toBe(400);
    expect(asked).toEqual([]);
  });

  test.each(['POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT'])('%s', async (method) => {
    expect(await statusOf(GOOD.replace('GET', method))).toBe(405);
    expect(asked).toEqual([]);
  });

  test.each(['get', 'GETX', 'G', 'G\0T'])('the method %j, which there is not', async (method) => {
    expect([0, 400, 405, 501, 505]).toContain(await statusOf(GOOD.replace('GET', method)));
    expect(asked).toEqual([]);
  });

  test.each(['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/3', 'http/1.1', 'HTTPS/1.1', 'HTTP/1.1x', '', 'XYZ/1.1'])(
    'the protocol %j',
    async (protocol) => {
      expect([400, 505]).toContain(await statusOf(GOOD.replace('HTTP/1.1', protocol)));
      expect(asked).toEqual([]);
    },
  );
});

describe('what HTTP lets a client write in more than one way is a handshake in all of them', () => {
  test.each<[string, string]>([
    ['upper case', GOOD.replace(/^([\w-]+):/gm, (name) => name.toUpperCase())],
    ['lower case', GOOD.replace(/^([\w-]+):/gm, (name) => name.toLowerCase())],
    ['no blank behind the colon', GOOD.replace(/^([\w-]+): /gm, '$1:')],
    ['blanks around a value', GOOD.replace(/: (.*)\r/g, ':  \t $1 \t \r')],
    ['Connection: keep-alive, Upgrade', handshake('/ws', { Connection: 'keep-alive, Upgrade' })],
    ['Connection: UPGRADE', handshake('/ws', { Connection: 'UPGRADE' })],
    ['Connection on two lines', withLine('Connection: keep-alive')],
    ['Upgrade: WebSocket', handshake('/ws', { Upgrade: 'WebSocket' })],
    ['the whole address behind GET', GOOD.replace('/ws', 'http://localhost/ws')],
  ])('%s', async (_, request) => {
    expect(await statusOf(request)).toBe(101);
    expect(asked).toEqual(['/ws']);
  });

  test('one byte at a time', async () => {
    const peer = await RawClient.dial(server.port);
    for (const byte of Buffer.from(GOOD)) {
      peer.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await peer.until('\r\n\r\n')).toString()).toStartWith('HTTP/1.1 101');
    peer.destroy();
  });

  test('with the first frames right behind it', async () => {
    const { peer } = await RawClient.request(
      server.port,
      Buffer.concat([Buffer.from(GOOD), maskedFrame(OPCODES.text, 'one'), maskedFrame(OPCODES.text, 'two')]),
    );
    expect((await peer.until('two')).toString('latin1')).toBe('\x81\x03one\x81\x03two');
    peer.destroy();
  });
});

describe('B10: what is malformed is answered or cut off, reaches no application, and the next one is served', () => {
  const byte = (code: number): Buffer => Buffer.from(withLine(`X-A: a${String.fromCharCode(code)}b`), 'latin1');
  const flood = (count: number): string =>
    withLine(Array.from({ length: count }, (_, at) => `X-Header-${at}: value`).join('\r\n'));

  test.each<[string, string | Uint8Array, number]>([
    ...[0x00, 0x01, 0x08, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e].map((code): [string, Uint8Array, number] => [
      `byte 0x${code.toString(16)} in a value`,
      byte(code),
      400,
    ]),
    ...['X A', ' X', 'X ', '\tX', '(X)', 'X@', 'X[', 'X\0', 'é', '', '"X"', 'X/Y', '{}'].map(
      (name): [string, Uint8Array, number] => [
        `a header called ${JSON.stringify(name)}`,
        Buffer.from(withLine(`${name}: a`), 'latin1'),
        400,
      ],
    ),
    ['a header without a colon', withLine('X-A'), 400],
    ['a folded header', withLine('X-A: a\r\n b'), 400],
    ['a path that is none', GOOD.replace('/ws', 'ws'), 400],
    ['a path of one star', GOOD.replace('/ws', '*'), 400],
    ['a blank in the path', GOOD.replace('/ws', '/w s'), 505],
    ['NUL in the path', GOOD.replace('/ws', '/w\0s'), 505],
    ['a path of 20,000 bytes', GOOD.replace('/ws', `/${'a'.repeat(20_000)}`), 431],
    ['a header of 20,000 bytes', withLine(`X-A: ${'a'.repeat(20_000)}`), 431],
    ['a header of a million bytes', withLine(`X-A: ${'a'.repeat(1_000_000)}`), 431],
    ['600 headers', flood(600), 431],
    ['2,500 headers', flood(2_500), 431],
    ['100,000 headers', flood(100_000), 431],
    ['a length and chunks', withLine('Content-Length: 5\r\nTransfer-Encoding: chunked'), 400],
    ['two lengths', withLine('Content-Length: 5\r\nContent-Length: 6'), 400],
    ['a length below nothing', withLine('Content-Length: -5'), 400],
    ['a length in hexadecimal', withLine('Content-Length: 0x5'), 400],
    ['a length beyond counting', withLine(`Content-Length: ${'9'.repeat(40)}`), 400],
    ['an unknown transfer encoding', withLine('Transfer-Encoding: xchunked'), 400],
    ['lines that end in LF alone', GOOD.replaceAll('\r\n', '\n'), 505],
    ['empty lines first', `\r\n\r\n${GOOD}`, 400],
    ['a greeting of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a frame instead of a handshake', Buffer.concat([maskedFrame(OPCODES.text, 'hi'), Buffer.from('\r\n\r\n')]), 400],
  ])('%s', async (_, request, status) => {
    expect(await statusOf(request)).toBe(status);
    expect(asked).toEqual([]);
    expect(await isServed()).toBe(true);
  });

  test('byte 0x85, which some take for the end of a line, is a byte of its value', async () => {
    expect(await statusOf(Buffer.from(withLine('X-A: a\x85Content-Length: -5'), 'latin1'))).toBe(101);
  });

  test('a hundred headers are no flood', async () => {
    expect(await statusOf(flood(100))).toBe(101);
  });
});

test.each<[string, string, string]>([
  ['a path that is not ASCII is seen percent-encoded', '/wsé', '/ws%C3%A9'],
  ['an encoded line break stays one name', '/ws%0aX-A:%20b', '/ws%0aX-A:%20b'],
  ['a path that climbs out is resolved', '/a/../../ws', '/ws'],
])('B5: %s', async (_, path, seen) => {
  expect(await statusOf(handshake(path))).toBe(101);
  expect(asked).toEqual([seen]);
});

test('a thousand handshakes that never end do not keep anybody waiting', async () => {
  const halves = await Promise.all(Array.from({ length: 1_000 }, () => RawClient.dial(server.port)));
  for (const [at, peer] of halves.entries()) peer.write(GOOD.slice(0, at % (GOOD.length - 1)));
  expect(await isServed()).toBe(true);
  expect(server.sockets + server.pendingSockets).toBeLessThanOrEqual(1);
  for (const peer of halves) peer.destroy();
});
