import { afterEach, expect, test } from 'bun:test';
import { connect } from 'node:http2';
import { TEST_CERTIFICATE } from '../testing/certificate.ts';
import { startServer } from '../testing/test-server.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start() {
  const server = await startServer({
    tls: TEST_CERTIFICATE,
    http: ({ scheme, path, host }) => new Response(`${scheme} ${host} ${path}`),
    websocket: ({ scheme }) => ({
      async connect(socket) {
        await socket.accept();
        socket.send(scheme);
      },
    }),
  });
  stops.push(() => server.stop({ waitMs: 0 }));
  return server;
}

test('S51: over TLS a browser is served by HTTP/2', async () => {
  const server = await start();
  const session = connect(server.url, { ca: TEST_CERTIFICATE.cert });
  stops.unshift(() => session.destroy());
  const request = session.request({ ':path': '/page?x=1' });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  request.on('data', (chunk: Uint8Array) => {
    text += new TextDecoder().decode(chunk);
  });
  request.on('end', () => resolve(text));
  request.on('error', reject);
  request.end();
  expect(await promise).toBe(`https 127.0.0.1:${server.port} /page`);
  expect(session.alpnProtocol).toBe('h2');
});

test('S24: over TLS a socket is wss, on the same port', async () => {
  const server = await start();
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}/`, { tls: { ca: TEST_CERTIFICATE.cert } });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  socket.onmessage = ({ data }) => resolve(data);
  socket.onerror = () => reject(new Error('no handshake'));
  expect(await promise).toBe('https');
  socket.close();
});
