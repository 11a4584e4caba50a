import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';
import { RedisServer } from '../testing/redis-server.ts';
import { RecordingListener, RedisWorkers } from '../testing/redis-workers.ts';
import { handshake, RawClient } from '../testing/test-server.ts';

/** However busy the machine is, no connection is to end for being slow. */
const PATIENT = { commandMs: 30_000 };

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Program {
  readonly program: Bun.Subprocess;
  readonly port: number;
  /** Its whole standard error, once it has ended. */
  readonly complaints: Promise<string>;
}

function at(file: string): string {
  return JSON.stringify(join(import.meta.dir, file));
}

/** A server in a process of its own, whose consumers take `leaveMs` to leave. */
function program(leaveMs: number): Promise<Program> {
  return run(`
    import { startServer } from ${at('../testing/test-server.ts')};
    import { stopOnSignals } from ${at('signals.ts')};
    const websocket = () => ({ connect: (socket) => socket.accept(), disconnect: () => Bun.sleep(${leaveMs}) });
    const server = await startServer({ websocket });
    stopOnSignals(server, { retryAfterMs: 700, spreadMs: 0 });
    console.log(server.port);
  `);
}

/** Prints its port first. */
async function run(script: string): Promise<Program> {
  const started = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'pipe' });
  stops.push(() => {
    started.kill('SIGKILL');
    return started.exited;
  });
  const { value } = await started.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  return { program: started, port, complaints: new Response(started.stderr).text() };
}

test('D48, B25: at SIGTERM clients get a time to return, consumers leave, and the process ends with 0', async () => {
  const { program: server, port } = await program(50);
  const { peer } = await RawClient.request(port, handshake('/'));
  server.kill('SIGTERM');
  server.kill('SIGTERM');
  const close = await peer.rest();
  expect([close[0], close.readUInt16BE(2), close.subarray(4).toString()]).toEqual([0x88, 1012, 'retry_after=700']);
  expect(await server.exited).toBe(0);
});

test('a second SIGTERM, when the first has not been enough, ends it there and then', async () => {
  const { program: server, port } = await program(60_000);
  const { peer } = await RawClient.request(port, handshake('/'));
  server.kill('SIGTERM');
  await peer.rest();
  await Bun.sleep(600);
  server.kill('SIGTERM');
  expect(await server.exited).toBe(130);
});

test('events that consumers send while they leave still reach other processes, when the layer is stopped afterwards', async () => {
  const redis = await RedisServer.start();
  stops.push(() => redis.stop());
  const workers = new RedisWorkers();
  stops.push(() => workers.stop());
  const here = await workers.start({ url: redis.url, times: PATIENT });
  const listener = new RecordingListener(here.layer);
  await here.layer.groupAdd('room', listener.name);
  const { program: server, port } = await run(`
    import { startServer } from ${at('../testing/test-server.ts')};
    import { stopOnSignals } from ${at('signals.ts')};
    import { connectRedis } from ${at('../redis/bus.ts')};
    import { createRedisLayer } from ${at('../layer/redis.ts')};
    const layer = createRedisLayer(await connectRedis(${JSON.stringify({ url: redis.url, times: PATIENT })}));
    const disconnect = () => layer.groupSend('room', { type: 'message', n: 1 });
    const server = await startServer({ layer, websocket: () => ({ connect: (socket) => socket.accept(), disconnect }) });
    stopOnSignals(server, { afterwards: () => layer.stop() });
    console.log(server.port);
  `);
  await RawClient.request(port, handshake('/'));
  server.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  await listener.until(1);
});

test('a failure while it stops, or afterwards, is logged in one line, and the process ends with 1', async () => {
  const broken = "() => Promise.reject(new Error('broken on purpose'))";
  for (const stopping of [`stopOnSignals({ stop: ${broken} })`, `stopOnSignals(server, { afterwards: ${broken} })`]) {
    const { program: server, complaints } = await run(`
      import { startServer } from ${at('../testing/test-server.ts')};
      import { stopOnSignals } from ${at('signals.ts')};
      const server = await startServer({});
      ${stopping};
      console.log(server.port);
    `);
    server.kill('SIGTERM');
    expect(await server.exited).toBe(1);
    expect(await complaints).toMatch(/^\S+ error stopping: Error: broken on purpose[^\n]*\n$/);
  }
});
