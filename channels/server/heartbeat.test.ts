import { afterEach, expect, test } from 'bun:test';
import type { CloseInfo } from '../consumer.ts';
import { dial, handshake, maskedFrame, OPCODES, RawClient, startServer } from '../testing/test-server.ts';
import { firstPingDueAt, HEARTBEAT, Heartbeat, type HeartbeatTarget } from './heartbeat.ts';

const QUICK = { pingEveryMs: 40, deadAfterMs: 100 };

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serverNoting(endings: CloseInfo[]) {
  const server = await startServer({
    heartbeat: QUICK,
    websocket: () => ({
      connect: (socket) => socket.accept(),
      disconnect: (ending) => void endings.push(ending),
    }),
  });
  stops.push(() => server.stop({ waitMs: 0 }));
  return server;
}

test('B20: a peer that answers no ping is gone, without a close frame, and disconnect runs', async () => {
  const endings: CloseInfo[] = [];
  const server = await serverNoting(endings);
  const { peer } = await RawClient.request(server.port, handshake('/'));
  const received = await peer.rest();
  expect(received[0]).toBe(0x80 | OPCODES.ping);
  expect(received.includes(0x80 | OPCODES.close)).toBe(false);
  expect(endings).toEqual([{ code: 1006, reason: '' }]);
});

test('B20: a peer that answers pings, or speaks, outlives one that does not', async () => {
  const endings: CloseInfo[] = [];
  const server = await serverNoting(endings);
  const { peer: answering } = await RawClient.request(server.port, handshake('/'));
  const { peer: silent } = await RawClient.request(server.port, handshake('/'));
  let alive = true;
  silent.closed.then(() => {
    alive = false;
  });
  while (alive) {
    await answering.until(Buffer.from([0x80 | OPCODES.ping, 0]));
    answering.write(maskedFrame(OPCODES.pong, ''));
  }
  expect(server.sockets).toBe(1);
  expect(endings).toHaveLength(1);
  answering.destroy();
});

test('a server that stood still does not take it out on its clients', async () => {
  const ended: string[] = [];
  const pinged = Promise.withResolvers<void>();
  const client: HeartbeatTarget = {
    openedAt: performance.now(),
    lastSeenAt: performance.now(),
    pingDueAt: performance.now() + 150,
    ping: () => pinged.resolve(),
    terminate: () => void ended.push('terminated'),
  };
  const heartbeat = new Heartbeat([client], QUICK);
  stops.push(() => heartbeat.stop());
  Bun.sleepSync(200);
  await pinged.promise;
  expect(ended).toEqual([]);
});

test('first pings are spread over the whole period', () => {
  const now = performance.now();
  const due = Array.from({ length: 1_000 }, () => firstPingDueAt(HEARTBEAT) - now);
  const tenths = new Set(due.map((ms) => Math.floor(ms / 1_000)));
  expect(tenths.size).toBeGreaterThanOrEqual(10);
});

test('D7: a socket that has lived its time is closed with the code for restarts, and others go on', async () => {
  const server = await startServer({
    heartbeat: { pingEveryMs: 50, deadAfterMs: 10_000 },
    limits: { lifeMs: 120 },
    websocket: () => ({ connect: (socket) => socket.accept() }),
  });
  stops.push(() => server.stop({ waitMs: 0 }));
  const old = await dial(server, '/');
  expect(await old.closed).toEqual({ code: 1012, reason: 'retry_after=0' });
});
