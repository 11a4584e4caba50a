import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { RedisServer } from '../testing/redis-server.ts';
import { dial, handshake, RawClient } from '../testing/test-server.ts';

const EXAMPLE = join(import.meta.dir, 'chat.ts');

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** The example in a process of its own: where it listens. */
async function started(env: Readonly<Record<string, string>>): Promise<{ url: string; port: number }> {
  const program = Bun.spawn([process.execPath, EXAMPLE], {
    env: { ...process.env, PORT: '0', ...env },
    stdout: 'pipe',
  });
  stops.push(async () => {
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });
  const { value } = await program.stdout.getReader().read();
  const url = new TextDecoder().decode(value).trim();
  return { url, port: Number(new URL(url).port) };
}

test('S52: with the README’s example two processes talk to each other over Redis, room by room', async () => {
  const redis = await RedisServer.start();
  stops.push(() => redis.stop());
  const [here, there] = await Promise.all([started({ REDIS_URL: redis.url }), started({ REDIS_URL: redis.url })]);
  const [alice, bob] = [await dial(here, '/chat/general/'), await dial(there, '/chat/general/')];
  const elsewhere = await dial(there, '/chat/random/');
  bob.sendText('Is anybody here?');
  expect(await bob.receiveText()).toBe('Is anybody here?');
  expect(await alice.receiveText()).toBe('Is anybody here?');
  alice.sendText('Hello!');
  expect(await bob.receiveText()).toBe('Hello!');
  expect(await alice.receiveText()).toBe('Hello!');
  elsewhere.sendText('Nobody here?');
  expect(await elsewhere.receiveText()).toBe('Nobody here?');
  const { peer, status } = await RawClient.request(here.port, handshake('/chat/secret/'));
  expect(status).toBe(404);
  peer.destroy();
});

test('without Redis it is one process by itself', async () => {
  const server = await started({ REDIS_URL: '' });
  const [alice, bob] = [await dial(server, '/chat/general/'), await dial(server, '/chat/general/')];
  alice.sendText('Hello!');
  expect([await alice.receiveText(), await bob.receiveText()]).toEqual(['Hello!', 'Hello!']);
});

test('the README shows the example as it is, in less than 40 lines', async () => {
  const readme = await Bun.file(join(import.meta.dir, '..', 'README.md')).text();
  const example = await Bun.file(EXAMPLE).text();
  expect(readme).toContain(`\`\`\`ts\n${example.trim()}\n\`\`\``);
  expect(example.trim().split('\n').length).toBeLessThan(40);
});
