import { afterEach, expect, test } from 'bun:test';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../testing/test-server.ts';
import { ListenError } from './listen.ts';

type Started = Awaited<ReturnType<typeof startServer>>;

const started: Started[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop({ waitMs: 0 });
});

async function start(options: Parameters<typeof startServer>[0] = {}): Promise<Started> {
  const server = await startServer(options);
  started.push(server);
  return server;
}

test('a taken port is an error in one line', async () => {
  const server = await start();
  const again = start({ listen: { port: server.port, hostname: '127.0.0.1' } });
  await expect(again).rejects.toThrow(ListenError);
  await expect(again).rejects.toThrow(`port ${server.port} of 127.0.0.1: another program listens there already`);
});

test('an address that is not of this machine is an error in one line', async () => {
  const elsewhere = start({ listen: { port: 8_000, hostname: '203.0.113.1' } });
  await expect(elsewhere).rejects.toThrow('port 8000 of 203.0.113.1: this machine has no such address');
});

test('on a unix socket: a dead one is replaced, a living one and any other file are left alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'channels-'));
  const unix = join(directory, 'chat.sock');
  const server = await start({ listen: { unix }, http: ({ client }) => new Response(client) });
  expect(await (await fetch('http://localhost/', { unix })).text()).toBe('127.0.0.1');
  await expect(start({ listen: { unix } })).rejects.toThrow('another program listens there already');
  await server.stop();
  const file = join(directory, 'precious');
  await writeFile(file, 'text');
  await expect(start({ listen: { unix: file } })).rejects.toThrow('not a socket');
  expect((await stat(file)).size).toBe(4);
  await rm(directory, { recursive: true });
});

test('a unix socket that a killed process left behind is replaced', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'channels-'));
  const unix = join(directory, 'chat.sock');
  const killed = Bun.spawn([
    process.execPath,
    '-e',
    `require('net').createServer().listen(${JSON.stringify(unix)}, () => console.log('up'))`,
  ]);
  await killed.stdout.getReader().read();
  killed.kill('SIGKILL');
  await killed.exited;
  expect((await stat(unix)).isSocket()).toBe(true);
  await start({ listen: { unix }, http: () => new Response('here') });
  expect(await (await fetch('http://localhost/', { unix })).text()).toBe('here');
  await rm(directory, { recursive: true });
});
