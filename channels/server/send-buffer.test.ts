import { afterEach, describe, expect, test } from 'bun:test';
import type { CloseInfo, Consumer, SendResult, Socket } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import { createMemoryLayer } from '../layer/memory.ts';
import { closePayload } from '../testing/raw-frame.ts';
import { dial, handshake, maskedFrame, OPCODES, RawClient, RecordingLog, startServer } from '../testing/test-server.ts';
import type { RuntimeSocket } from './connection-context.ts';
import { SendBudget } from './send-budget.ts';
import { SendBuffer } from './send-buffer.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const CHUNK = JSON.stringify({ pad: 'x'.repeat(50_000) });
const SOFT_BYTES = 900 * 1024;

interface Crowd {
  readonly port: number;
  readonly server: Awaited<ReturnType<typeof startServer>>;
  readonly layer: ChannelLayer;
  readonly sockets: Socket[];
  readonly endings: CloseInfo[];
  readonly answers: SendResult[];
  readonly received: string[];
}

/** A server whose sockets all belong to the group `room`. */
async function startCrowdedServer(limits = {}): Promise<Crowd> {
  const layer = createMemoryLayer(new RecordingLog());
  const sockets: Socket[] = [];
  const endings: CloseInfo[] = [];
  const answers: SendResult[] = [];
  const received: string[] = [];
  const websocket = (): Consumer => ({
    async connect(socket) {
      sockets.push(socket);
      await socket.accept();
      await socket.groupAdd('room');
    },
    receive: (data) => void received.push(String(data)),
    handlers: new Map([['message', ({ text }, socket) => void answers.push(socket.send(String(text)))]]),
    disconnect: (ending) => void endings.push(ending),
  });
  const server = await startServer({ layer, websocket, limits });
  stops.push(() => server.stop({ waitMs: 0 }));
  return { port: server.port, server, layer, sockets, endings, answers, received };
}

async function join(port: number): Promise<RawClient> {
  const { peer } = await RawClient.request(port, handshake('/'));
  stops.push(() => peer.destroy());
  return peer;
}

describe('B35: a reader that does not read', () => {
  test('is closed with the code for slow readers behind a gapless beginning; others receive everything', async () => {
    const { port, server, layer, endings } = await startCrowdedServer();
    const slow = await join(port);
    const quick = await dial(server, '/');
    slow.stopReading();
    let sent = 0;
    while (endings.length === 0) {
      await layer.groupSend('room', { type: 'message', text: JSON.stringify({ sent, pad: CHUNK }) });
      expect(await quick.receiveJson()).toHaveProperty('sent', sent);
      sent += 1;
    }
    expect(endings).toEqual([{ code: 4408, reason: 'too slow' }]);
    slow.resumeReading();
    const everything = (await slow.rest()).toString('latin1');
    expect(everything.slice(-10)).toBe('\x118too slow');
    const numbers = [...everything.matchAll(/"sent":(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, at) => at));
    expect(server.sockets).toBe(1);
    await quick.close();
  });

  test('never has more waiting than the soft limit and one frame', async () => {
    const { port, layer, sockets, endings } = await startCrowdedServer();
    const slow = await join(port);
    slow.stopReading();
    let most = 0;
    while (endings.length === 0) {
      await layer.groupSend('room', { type: 'message', text: CHUNK });
      most = Math.max(most, sockets[0]?.bufferedBytes ?? 0);
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(SOFT_BYTES + CHUNK.length);
  });

  test('is measured in bytes, whatever the script: a text that does not fit is not handed to the runtime', () => {
    const closed: string[] = [];
    const { buffer, buffered } = stuckBuffer('reader', new SendBudget(10_000), closed);
    expect(buffer.send('\u5b57'.repeat(200))).toBe('queued');
    expect(buffer.send('\u5b57'.repeat(90))).toBe('queued');
    expect(buffer.send('\u5b57'.repeat(11))).toBe('closed');
    expect(buffered()).toBe(870);
    expect(closed).toEqual(['reader']);
  });

  test('returns `queued`, then `closed`', async () => {
    const { port, layer, answers, sockets, endings } = await startCrowdedServer();
    const slow = await join(port);
    slow.stopReading();
    while (endings.length === 0) await layer.groupSend('room', { type: 'message', text: CHUNK });
    expect([...new Set(answers)]).toEqual(['sent', 'queued', 'closed']);
    expect(sockets[0]?.send('x')).toBe('closed');
  });

  test('is waited for by `drained`, which also resolves when it goes', async () => {
    const { port, sockets } = await startCrowdedServer();
    const slow = await join(port);
    slow.stopReading();
    const [socket] = sockets;
    if (socket === undefined) throw new Error('not connected');
    await socket.drained();
    while (socket.send(CHUNK) === 'sent') {}
    const drained = socket.drained();
    expect(socket.bufferedBytes).toBeGreaterThan(0);
    slow.resumeReading();
    await drained;
    expect(socket.bufferedBytes).toBe(0);
    slow.stopReading();
    while (socket.send(CHUNK) === 'sent') {}
    const ended = socket.drained();
    slow.reset();
    await ended;
  });
});

describe('a server that stops', () => {
  test('lets a slow reader have everything first, and then closes it with 1012', async () => {
    const { port, server, sockets } = await startCrowdedServer();
    const slow = await join(port);
    slow.stopReading();
    const [socket] = sockets;
    if (socket === undefined) throw new Error('not connected');
    let sent = 0;
    while (socket.bufferedBytes < 500_000) {
      socket.send(CHUNK);
      sent += 1;
    }
    const stopping = server.stop({ retryAfterMs: 7, spreadMs: 0 });
    slow.resumeReading();
    const everything = (await slow.rest()).toString('latin1');
    expect(everything.match(/{"pad"/g)).toHaveLength(sent);
    expect(everything).toEndWith('\x03\xf4retry_after=7');
    await stopping;
  });

  test('receives no more from a client that still has to be sent something', async () => {
    const { port, server, sockets, endings, received } = await startCrowdedServer();
    const slow = await join(port);
    slow.stopReading();
    const [socket] = sockets;
    if (socket === undefined) throw new Error('not connected');
    while (socket.bufferedBytes < 500_000) socket.send(CHUNK);
    const stopping = server.stop();
    slow.write(maskedFrame(OPCODES.text, 'one more thing'));
    slow.write(maskedFrame(OPCODES.close, closePayload(4321)));
    await stopping;
    expect(endings).toEqual([{ code: 4321, reason: '' }]);
    expect(received).toEqual([]);
  });

  test('does not wait for ever for one that does not read', async () => {
    const { port, server, sockets, endings } = await startCrowdedServer();
    const stuck = await join(port);
    stuck.stopReading();
    const [socket] = sockets;
    if (socket === undefined) throw new Error('not connected');
    while (socket.bufferedBytes < 500_000) socket.send(CHUNK);
    await server.stop({ retryAfterMs: 7, spreadMs: 0, waitMs: 30 });
    expect(endings).toEqual([{ code: 1012, reason: 'retry_after=7' }]);
  });
});

describe('what waits for all sockets together', () => {
  test('is bounded: the worst is closed first, the rest stay', async () => {
    const { port, sockets, endings } = await startCrowdedServer({ totalBytes: 600 * 1024 });
    const peers = [await join(port), await join(port)];
    for (const peer of peers) peer.stopReading();
    const [light, heavy] = sockets;
    if (light === undefined || heavy === undefined) throw new Error('not connected');
    while (light.bufferedBytes < 100 * 1024) light.send(CHUNK);
    while (endings.length === 0) heavy.send(CHUNK);
    expect(endings).toEqual([{ code: 4408, reason: 'too slow' }]);
    expect(heavy.signal.aborted).toBe(true);
    expect(light.signal.aborted).toBe(false);
  });

  test('is counted in bytes, whatever the script', () => {
    const sendBudget = new SendBudget(1_000);
    const closed: string[] = [];
    const light = stuckBuffer('light', sendBudget, closed).buffer;
    const heavy = stuckBuffer('heavy', sendBudget, closed).buffer;
    expect(light.send('\u5b57'.repeat(100))).toBe('queued');
    expect(heavy.send('\u5b57'.repeat(200))).toBe('queued');
    expect(heavy.send('\u5b57'.repeat(50))).toBe('closed');
    expect(closed).toEqual(['heavy']);
  });

  test('is counted anew when much went out meanwhile: nobody is closed for what has drained', () => {
    const closed: number[] = [];
    const sendBudget = new SendBudget(1_000);
    const sockets = Array.from({ length: 5 }, (_, at) => ({
      bufferedBytes: 0,
      closeAsSlow(): void {
        closed.push(at);
        this.bufferedBytes = 0;
        sendBudget.remove(this);
      },
    }));
    for (const one of sockets) sendBudget.addBytes(one, 400);
    expect(closed).toEqual([]);
    for (const [at, one] of sockets.entries()) one.bufferedBytes = at * 200;
    for (const one of sockets) sendBudget.addBytes(one, 200);
    expect(closed).toEqual([4, 3]);
  });
});

/** With a soft limit of 900 bytes and a peer that takes nothing. */
function stuckBuffer(
  name: string,
  sendBudget: SendBudget,
  closed: string[],
): { readonly buffer: SendBuffer; buffered(): number } {
  let buffered = 0;
  const socket: RuntimeSocket = {
    ping: () => 1,
    close: () => {},
    terminate: () => {},
    getBufferedAmount: () => buffered,
    send(text) {
      buffered += Buffer.byteLength(text);
      return -1;
    },
  };
  const buffer = new SendBuffer(socket, { softBytes: 900, sendBudget }, { terminate: () => {}, closeAsSlow });
  return { buffer, buffered: () => buffered };

  function closeAsSlow(): void {
    closed.push(name);
    buffer.close();
  }
}
