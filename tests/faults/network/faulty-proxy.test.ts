import { afterEach, beforeEach, expect, test } from 'bun:test';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { eventually } from '../../support/eventually.ts';
import { seeded } from '../../support/seeded-random.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { bandwidth, blackHole, latency, limit, reset, slicer, slowClose } from './toxics.ts';

const BYTES = Buffer.from(Array.from({ length: 20_000 }, (_, at) => at % 251));

/** Long enough, on one machine, to see that nothing comes. */
const SILENCE_MS = 50;

/** Sends back what it is sent. */
let echo: Server;
let served: End[];
let proxy: FaultyProxy;

/** One end of a connection: what it received, in which pieces, and how it ended. */
class End {
  readonly pieces: Buffer[] = [];
  ended: 'FIN' | 'RST' | null = null;

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => this.pieces.push(Buffer.from(bytes)));
    socket.on('end', () => {
      this.ended ??= 'FIN';
    });
    socket.on('error', () => {
      this.ended ??= 'RST';
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  async received(count: number): Promise<void> {
    await eventually(() => this.bytes.length >= count, true);
  }
}

beforeEach(async () => {
  served = [];
  echo = createServer((socket) => {
    served.push(new End(socket));
    socket.on('data', (bytes) => socket.write(bytes));
  });
  await new Promise<void>((listening) => echo.listen(0, '127.0.0.1', listening));
  const address = echo.address();
  proxy = await FaultyProxy.to(typeof address === 'object' && address !== null ? address.port : 0);
});

afterEach(async () => {
  await proxy.close();
  await new Promise<void>((closed) => echo.close(() => closed()));
});

async function dial(): Promise<End> {
  const end = new End(connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1' }));
  end.socket.setNoDelay(true);
  await eventually(() => served.length > 0, true);
  return end;
}

/** Milliseconds from writing until all of it is back. */
async function echoed(end: End, bytes: Buffer): Promise<number> {
  const begun = performance.now();
  const before = end.bytes.length;
  const { promise, resolve } = Promise.withResolvers<void>();
  end.socket.on('data', () => {
    if (end.bytes.length >= before + bytes.length) resolve();
  });
  end.socket.write(bytes);
  await promise;
  return performance.now() - begun;
}

test('without toxics everything passes, both ways, as it is, ends too', async () => {
  const end = await dial();
  await echoed(end, BYTES);
  expect(end.bytes.equals(BYTES)).toBe(true);
  end.socket.end();
  await eventually(() => served[0]?.ended ?? null, 'FIN');
  await eventually(() => end.ended, 'FIN');
});

test('latency: each byte comes later, with jitter not in another order, and the bandwidth stays', async () => {
  const end = await dial();
  await echoed(end, BYTES);
  const remove = proxy.add(() => latency(50, 40, seeded(1)), ['down']);
  const begun = performance.now();
  for (let piece = 0; piece < 20; piece++) end.socket.write(BYTES.subarray(0, 1_000));
  await end.received(BYTES.length + 20_000);
  // 10 ms each at least; one after the other they would take a second.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(9);
  expect(performance.now() - begun).toBeLessThan(800);
  remove();
  expect(end.bytes.subarray(BYTES.length).equals(Buffer.concat(Array(20).fill(BYTES.subarray(0, 1_000))))).toBe(true);
});

test('down: every connection breaks and none is accepted until it is up again', async () => {
  const end = await dial();
  proxy.down();
  await eventually(() => end.socket.destroyed, true);
  const refused = new End(connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1' }));
  await eventually(() => refused.socket.destroyed, true);
  proxy.up();
  await echoed(await dial(), BYTES);
});

test('bandwidth: so many bytes a second, and all of them', async () => {
  const end = await dial();
  proxy.add(() => bandwidth(100_000), ['down']);
  const tookMs = await echoed(end, BYTES);
  expect(tookMs).toBeGreaterThan(150);
  expect(end.bytes.equals(BYTES)).toBe(true);
});

test('slow close: the bytes come at once, the end comes later', async () => {
  const end = await dial();
  const { promise, resolve } = Promise.withResolvers<void>();
  proxy.add(() => ({ ...slowClose(0), end: () => promise }), ['up']);
  end.socket.end('the last words');
  await end.received('the last words'.length);
  expect(served[0]?.ended).toBeNull();
  resolve();
  await eventually(() => served[0]?.ended ?? null, 'FIN');
  const begun = performance.now();
  await slowClose(60).end?.();
  expect(performance.now() - begun).toBeGreaterThan(50);
});

test('black hole: nothing arrives, not even an end; when it is removed, the connection breaks', async () => {
  const end = await dial();
  await echoed(end, BYTES);
  const remove = proxy.add(blackHole);
  end.socket.write('nobody hears this');
  served[0]?.socket.end('nor this');
  await Bun.sleep(SILENCE_MS);
  expect([end.bytes.length, served[0]?.bytes.length, end.ended]).toEqual([BYTES.length, BYTES.length, null]);
  remove();
  await eventually(() => end.socket.destroyed, true);
  expect(end.bytes.length).toBe(BYTES.length);
});

test('reset: just so many bytes, then a RST to both', async () => {
  const end = await dial();
  proxy.add(() => reset(777), ['down']);
  end.socket.write(BYTES);
  await eventually(() => [end.ended, served[0]?.ended], ['RST', 'RST']);
  expect(end.bytes.equals(BYTES.subarray(0, end.bytes.length))).toBe(true);
  expect(end.bytes.length).toBeLessThanOrEqual(777);
});

test('limit: just so many bytes, then a FIN', async () => {
  const end = await dial();
  proxy.add(() => limit(777), ['down']);
  end.socket.write(BYTES);
  await eventually(() => end.ended, 'FIN');
  expect(end.bytes.equals(BYTES.subarray(0, 777))).toBe(true);
});

test('slicer: every byte by itself, and all of them', async () => {
  const end = await dial();
  proxy.add(() => slicer(1, 1), ['down']);
  await echoed(end, BYTES.subarray(0, 50));
  expect(end.pieces.map((piece) => piece.length)).toEqual(Array(50).fill(1));
  expect(end.bytes.equals(BYTES.subarray(0, 50))).toBe(true);
});

test('each connection has a toxic of its own, also one that comes later', async () => {
  const first = await dial();
  proxy.add(() => limit(10), ['down']);
  const second = await dial();
  for (const end of [first, second]) {
    end.socket.write(BYTES);
    await eventually(() => [end.ended, end.bytes.length], ['FIN', 10]);
  }
});
