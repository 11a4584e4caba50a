/** What this library takes for granted of the runtime. A failure here means: look again before upgrading. */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Server, ServerWebSocket } from 'bun';
import { handshake, maskedFrame, OPCODES, RawClient } from '../testing/raw-client.ts';

interface Seen {
  order: string[];
  sockets: ServerWebSocket<null>[];
  urls: string[];
  closes: Map<ServerWebSocket<null>, { code: number; reason: string }[]>;
  closed: Map<ServerWebSocket<null>, PromiseWithResolvers<void>>;
}

const seen: Seen = { order: [], sockets: [], urls: [], closes: new Map(), closed: new Map() };
let server: Server<null>;

beforeAll(() => {
  server = Bun.serve<null>({
    port: 0,
    hostname: '127.0.0.1',
    development: false,
    fetch(request, bun) {
      seen.urls.push(request.url);
      const headers = { 'sec-websocket-protocol': '' };
      const upgraded = request.headers.has('upgrade') && bun.upgrade(request, { data: null, headers });
      seen.order.push('upgraded');
      return upgraded ? undefined : new Response(request.method);
    },
    websocket: {
      idleTimeout: 0,
      sendPings: false,
      maxPayloadLength: 64 * 1024,
      backpressureLimit: 1024 * 1024,
      closeOnBackpressureLimit: true,
      open(ws) {
        seen.order.push('open');
        seen.sockets.push(ws);
        seen.closed.set(ws, Promise.withResolvers());
      },
      message() {},
      close(ws, code, reason) {
        const closes = seen.closes.get(ws) ?? [];
        seen.closes.set(ws, [...closes, { code, reason }]);
        seen.closed.get(ws)?.resolve();
      },
    },
  });
});
afterAll(() => server.stop(true));

async function open(
  headers: Record<string, string> = {},
): Promise<{ peer: RawClient; ws: ServerWebSocket<null>; head: string }> {
  seen.order = [];
  const { peer, head } = await RawClient.request(port(), handshake('/ws', headers));
  const ws = seen.sockets.at(-1);
  if (ws === undefined) throw new Error('no socket was opened');
  return { peer, ws, head };
}

function port(): number {
  return server.port ?? 0;
}

async function get(path: string, host = 'localhost', method = 'GET'): Promise<string> {
  const { peer, head } = await RawClient.request(port(), `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  peer.destroy();
  return head;
}

test('open runs inside upgrade, before it returns', async () => {
  const { peer } = await open();
  expect(seen.order).toEqual(['open', 'upgraded']);
  peer.destroy();
});

test('close runs the close handler with our code and reason before it returns, and nothing can be sent any more', async () => {
  const { peer, ws } = await open();
  ws.close(4001, 'why');
  expect(seen.closes.get(ws)).toEqual([{ code: 4001, reason: 'why' }]);
  expect(ws.send('x')).toBe(0);
  expect((await peer.rest()).subarray(2).toString('latin1')).toBe('\x0f\xa1why');
});

test('an empty text goes out, though send answers 0', async () => {
  const { peer, ws } = await open();
  expect(ws.send('')).toBe(0);
  expect(await peer.until(Buffer.from([0x81, 0]))).toEqual(Buffer.from([0x81, 0]));
  peer.destroy();
});

test('an empty subprotocol header keeps the runtime from choosing one', async () => {
  const { peer, head } = await open({ 'Sec-WebSocket-Protocol': 'a, b' });
  expect(head.toLowerCase()).not.toContain('sec-websocket-protocol');
  peer.destroy();
});

test('a close frame sent to a slow reader arrives behind everything that waits, and without a hole', async () => {
  const { peer, ws } = await open();
  peer.stopReading();
  let sent = 0;
  while (ws.getBufferedAmount() < 900 * 1024) {
    sent += 1;
    ws.send('x'.repeat(50_000));
  }
  ws.close(4408, 'slow');
  peer.resumeReading();
  const all = await peer.rest();
  expect(all.length).toBe(sent * 50_004 + 8);
  expect(all.subarray(-4).toString()).toBe('slow');
});

test('past the hard limit send answers 0 and the peer gets a gapless beginning without a close frame', async () => {
  const { peer, ws } = await open();
  peer.stopReading();
  let sent = 0;
  while (ws.send('x'.repeat(50_000)) !== 0) sent += 1;
  expect(ws.getBufferedAmount()).toBeLessThan(1024 * 1024 + 50_004);
  peer.resumeReading();
  const all = await peer.rest();
  expect(all.length).toBeLessThanOrEqual(sent * 50_004);
  expect(all.subarray(-1).toString()).toBe('x');
  await seen.closed.get(ws)?.promise;
  expect(seen.closes.get(ws)).toEqual([{ code: 1006, reason: '' }]);
});

test.each([
  ['a frame too big', Buffer.concat([Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 2, 0, 0]), Buffer.alloc(4)]), 1009],
  ['bad UTF-8', maskedFrame(OPCODES.text, Buffer.from([0xff, 0xfe])), 1007],
  ['an unknown opcode', maskedFrame(3, 'x'), 1002],
  ['an unmasked frame', Buffer.from([0x81, 1, 65]), 1002],
  ['a ping of 126 bytes', maskedFrame(OPCODES.ping, 'x'.repeat(126)), 1002],
])('B15–B17: %s is answered with a close frame, while the handler here sees 1006', async (_, bytes, code) => {
  const { peer, ws } = await open();
  peer.write(bytes);
  const answer = await peer.rest();
  expect(answer[0]).toBe(0x88);
  expect(answer.readUInt16BE(2)).toBe(code);
  await seen.closed.get(ws)?.promise;
  expect(seen.closes.get(ws)).toMatchObject([{ code: 1006 }]);
});

test('B22: a close without a code is 1005 here', async () => {
  const { peer, ws } = await open();
  peer.write(maskedFrame(OPCODES.close, ''));
  await seen.closed.get(ws)?.promise;
  expect(seen.closes.get(ws)).toEqual([{ code: 1005, reason: '' }]);
  peer.destroy();
});

test('with a malformed Host the url of a request is only what the client wrote', async () => {
  await get('/a%2Fb/../c?x=1', 'a b');
  expect(seen.urls.at(-1)).toBe('/a%2Fb/../c?x=1');
  await get('/x', 'localhost\r\nHost: evil');
  expect(seen.urls.at(-1)).toBe('http://localhost/x');
});

test('the path of a request has its dots resolved, its escapes kept, and no host in it', async () => {
  await get('/a%2Fb/../c?x=1');
  expect(seen.urls.at(-1)).toBe('http://localhost/c?x=1');
  await get('//evil/x');
  expect(seen.urls.at(-1)).toBe('http://localhost//evil/x');
  await get('http://evil/x');
  expect(seen.urls.at(-1)).toBe('http://localhost/x');
});

test.each(['TRACE', 'OPTIONS', 'PUT', 'CONNECT', 'PROPFIND'])('%s reaches the handler', async (method) => {
  expect(await get('/', 'localhost', method)).toStartWith('HTTP/1.1 200');
});

test('versions of the protocol other than 13 are answered with 426', async () => {
  const { peer, head } = await RawClient.request(port(), handshake('/ws', { 'Sec-WebSocket-Version': '12' }));
  expect(head).toStartWith('HTTP/1.1 426');
  expect(head).toContain('Sec-WebSocket-Version: 13');
  peer.destroy();
});

test('compression is not agreed to', async () => {
  const { peer, head } = await open({ 'Sec-WebSocket-Extensions': 'permessage-deflate' });
  expect(head.toLowerCase()).not.toContain('extensions');
  peer.destroy();
});
