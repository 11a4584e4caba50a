import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import { type Server, serve } from '../../channels/server/server.ts';
import { CLOSE } from '../../protocol/refusals.ts';
import { testApplication } from '../testing/test-application.ts';
import { json, type Route } from './route.ts';

/** What only a real connection shows. */
const ROUTES: Route[] = [
  { method: 'GET', path: '/token', access: 'anyone', answer: ({ csrf }) => json({ csrf }) },
  { method: 'POST', path: '/echo', access: 'anyone', answer: async (e) => json(Object.fromEntries(await e.fields())) },
];

const { application } = testApplication(ROUTES);
const layer = createMemoryLayer();
const SILENT = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
let server: Server;
beforeAll(async () => {
  server = await serve({
    http: application,
    websocket: () => Promise.reject(new Error('no sockets here')),
    layer,
    listen: { hostname: '127.0.0.1', port: 0 },
    closeCodes: { slow: CLOSE.slow, fault: CLOSE.fault, restart: CLOSE.restart },
    log: SILENT,
  });
});
afterAll(async () => {
  await server.stop();
  await layer.stop();
});

/** Byte for byte, since a client library would tidy the address up. */
async function raw(request: string): Promise<string> {
  const ended = Promise.withResolvers<string>();
  let answer = '';
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port: server.port,
    socket: {
      data: (_, bytes) => {
        answer += bytes.toString();
      },
      close: () => ended.resolve(answer),
    },
  });
  socket.write(request);
  return ended.promise;
}

const HEAD_LINES = `Host: 127.0.0.1\r\nConnection: close\r\n\r\n`;

test.each([
  '/../../etc/passwd',
  '/x/../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%5c..%5cetc/passwd',
  '/token/../package.json',
  '//etc/passwd',
  '/etc%2fpasswd',
  '/etc/passwd/..',
])('there is no way out through %s', async (path) => {
  expect(await raw(`GET ${path} HTTP/1.1\r\n${HEAD_LINES}`)).toStartWith('HTTP/1.1 404');
});

test('a foreign host is refused; the response names the setting and nothing else', async () => {
  const answer = await raw('GET /token HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n');
  expect(answer).toStartWith('HTTP/1.1 421');
  expect(answer).toContain('--origin');
  expect(answer).not.toContain('evil');
});

test('HEAD gets the headers of GET and no body', async () => {
  const answer = await raw(`HEAD /token HTTP/1.1\r\n${HEAD_LINES}`);
  expect(answer).toStartWith('HTTP/1.1 200');
  expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff');
  expect(answer).toEndWith('\r\n\r\n');
});

test('a form is read, with the token of its page and the cookie of its browser', async () => {
  const first = await fetch(`${server.url}/token`);
  const csrf = /"csrf":"([^"]+)"/.exec(await first.text())?.[1] ?? '';
  const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const post = (body: string | ReadableStream, token: string) =>
    fetch(`${server.url}/echo`, {
      method: 'POST',
      headers: { cookie, 'x-csrftoken': token, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
  expect(await (await post('a=1', csrf)).json()).toEqual({ a: '1' });
  expect((await post('a=1', 'x')).status).toBe(403);
  expect((await post('x'.repeat(200_000), csrf)).status).toBe(413);
  const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(16_384)) });
  const answer = await post(endless, csrf).catch(() => null);
  // Cut off in the middle of the sending, or answered: never taken.
  expect([undefined, 413]).toContain(answer?.status);
});
