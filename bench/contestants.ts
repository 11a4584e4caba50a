/** The measured servers: how each is started in production, and what the load generator has to know about it. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { signUp } from '../tests/support/person.ts';
import { startServer, UNTHROTTLED } from '../tests/support/server.ts';
import type { Target } from './load.ts';

export interface Contestant extends Target {
  readonly name: string;
  stop(): Promise<void>;
}

const MESSAGE = '{"message":"%s","nonce":"%n"}';
/** No divisor of the distance between two writers' connections, so that every writer is another person. */
const PEOPLE = 11;

export async function startFloor(tools: string): Promise<Contestant> {
  const port = await freePort();
  const child = await startProcess([join(tools, 'floor'), String(port)]);
  return { ...child, name: 'floor (C, nothing kept)', port, path: '/', template: MESSAGE, options: [] };
}

export async function startSocketIo(): Promise<Contestant> {
  const port = await freePort();
  const script = new URL('peers/socket-io.cjs', import.meta.url).pathname;
  const child = await startProcess(['node', script, String(port)]);
  return {
    ...child,
    name: 'Socket.IO (nothing kept)',
    port,
    path: '/socket.io/?EIO=4&transport=websocket',
    template: '42["chat","%s"]',
    options: ['--hello', '40', '--pong'],
  };
}

/** Every message has a nonce, is stored, and is acknowledged after its commit. */
export async function startSalon(tools: string): Promise<Contestant> {
  const server = await startServer({ args: [...UNTHROTTLED, '--sockets-per-person', '0'] });
  const names = Array.from({ length: PEOPLE }, (_, n) => `person ${n + 1}`);
  const people = await Promise.all(names.map((name) => signUp(server, name)));
  const headers = join(tools, `cookies-${server.port}`);
  await writeFile(headers, people.map((person) => `Cookie: ${person.cookie}\n`).join(''), { mode: 0o600 });
  return {
    name: 'Salon (stored, acknowledged)',
    port: server.port,
    pid: server.pid,
    path: '/ws/chat/general/',
    template: MESSAGE,
    options: ['--headers', headers],
    stop: () => server.stop(),
  };
}

async function startProcess(words: string[]): Promise<{ pid: number; stop(): Promise<void> }> {
  const child = Bun.spawn(words, { stdout: 'pipe', stderr: 'inherit' });
  const { done } = await child.stdout.getReader().read();
  if (done) throw new Error(`${words[0]} did not start`);
  const stop = async (): Promise<void> => {
    child.kill();
    await child.exited;
  };
  return { pid: child.pid, stop };
}

export async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const probe = createServer().listen(0, '127.0.0.1', resolve);
  await promise;
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
