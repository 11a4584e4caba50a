import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { handshake, RawPeer } from './testing/test-kit.ts';

const running: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill('SIGKILL');
    await program.exited;
  }
});

/** A server in a process of its own, whose consumers take `leaveMs` to leave. */
async function program(leaveMs: number): Promise<{ program: Bun.Subprocess; port: number }> {
  const at = (file: string): string => JSON.stringify(join(import.meta.dir, file));
  const script = `
    import { startServer } from ${at('testing/test-kit.ts')};
    import { stopOnSignals } from ${at('signals.ts')};
    const websocket = () => ({ connect: (socket) => socket.accept(), disconnect: () => Bun.sleep(${leaveMs}) });
    const server = await startServer({ websocket });
    stopOnSignals(server, { retryAfterMs: 700, spreadMs: 0 });
    console.log(server.port);
  `;
  const started = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'inherit' });
  running.push(started);
  const { value } = await started.stdout.getReader().read();
  return { program: started, port: Number(new TextDecoder().decode(value)) };
}

test('D48, B25: at SIGTERM clients are told when to come back, consumers leave, and the process ends with 0', async () => {
  const { program: server, port } = await program(50);
  const { peer } = await RawPeer.ask(port, handshake('/'));
  server.kill('SIGTERM');
  server.kill('SIGTERM');
  const close = await peer.rest();
  expect([close[0], close.readUInt16BE(2), close.subarray(4).toString()]).toEqual([0x88, 1012, 'retry_after=700']);
  expect(await server.exited).toBe(0);
});

test('a second SIGTERM, when the first has not been enough, ends it there and then', async () => {
  const { program: server, port } = await program(60_000);
  const { peer } = await RawPeer.ask(port, handshake('/'));
  server.kill('SIGTERM');
  await peer.rest();
  await Bun.sleep(600);
  server.kill('SIGTERM');
  expect(await server.exited).toBe(130);
});
