import { afterEach, expect, test } from 'bun:test';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { DrillError } from './drill-error.ts';
import { ServerAccess } from './server-access.ts';

const BOT = { name: 'hand 1', token: 'secret' };
const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n';

let server: Server | null = null;

afterEach(() => void server?.close());

/** A server that gives one of these answers a connection, and cuts it then. */
async function accessTo(answers: string[]): Promise<ServerAccess> {
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => void socket.end(answers.shift() ?? ''));
  });
  server = listener;
  await new Promise<void>((listening) => void listener.listen(0, '127.0.0.1', listening));
  return ServerAccess.open({
    listenAddress: { url: `http://127.0.0.1:${portOf(listener.address())}`, unixSocket: null, origin: null },
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const failure = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => null,
    (error: unknown) => error,
  );

test('a server that dies over the answer, and is not ready yet when it is back, is asked until it answers', async () => {
  const access = await accessTo([
    '',
    `${OK}content-length: 100\r\n\r\n{"messages":`,
    'HTTP/1.1 503 Not now\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
    `${OK}content-length: 2\r\n\r\n[]`,
  ]);
  expect(await access.fetchJson(BOT, '/history', new AbortController().signal)).toEqual([]);
});

test('what the server will never answer is no verdict, at once; nor is silence when the patience is over', async () => {
  const access = await accessTo(['HTTP/1.1 404 None\r\ncontent-length: 0\r\nconnection: close\r\n\r\n']);
  const refused = await failure(access.fetchJson(BOT, '/history', new AbortController().signal));
  expect(refused).toBeInstanceOf(DrillError);
  expect(String(refused)).toContain('404');
  expect(await failure(access.fetchJson(BOT, '/history', AbortSignal.timeout(50)))).toBeInstanceOf(DrillError);
});
