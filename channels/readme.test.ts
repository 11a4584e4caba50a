import { expect, test } from 'bun:test';
import { startChat } from './example-chat.ts';
import { dial, handshake, RawPeer } from './testing/test-kit.ts';

test('the chat of the README is a chat', async () => {
  const server = await startChat(0);
  const [alice, bob] = [await dial(server, '/chat/general/'), await dial(server, '/chat/general')];
  const elsewhere = await dial(server, '/chat/random/');
  alice.sendText('Hello!');
  expect(await bob.receiveText()).toBe('Hello!');
  expect(await alice.receiveText()).toBe('Hello!');
  bob.sendText('Hello, Alice');
  expect(await alice.receiveText()).toBe('Hello, Alice');
  elsewhere.sendText('Nobody here?');
  expect(await elsewhere.receiveText()).toBe('Nobody here?');
  const { peer, status } = await RawPeer.ask(server.port, handshake('/chat/secret/'));
  expect(status).toBe(404);
  peer.destroy();
  await server.stop({ waitMs: 1_000 });
});

test('the README shows the example as it is', async () => {
  const here = import.meta.dir;
  const readme = await Bun.file(`${here}/README.md`).text();
  const example = await Bun.file(`${here}/example-chat.ts`).text();
  expect(readme).toContain(`\`\`\`ts\n${example.trim()}\n\`\`\``);
});
