import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { type CloseInfo, type Consumer, Denied, type EventHandler, type Socket } from '../consumer.ts';
import type { ChannelLayer } from '../layer/layer.ts';
import { createMemoryLayer } from '../layer/memory.ts';
import { connect, RecordingLog, type SocketClient } from '../testing/test-server.ts';
import { EARLY_BYTES, EARLY_COUNT, QUEUED_EVENTS } from './event-queue.ts';

let log: RecordingLog;
let layer: ChannelLayer;
beforeEach(() => {
  log = new RecordingLog();
  layer = createMemoryLayer(log);
});
afterEach(() => layer.stop());

/** Joins `room`, records how it ended; `parts` handle frames. */
function roomConsumer(endings: CloseInfo[], parts: Partial<Consumer> = {}): Consumer {
  return {
    async connect(socket) {
      await socket.accept();
      await socket.groupAdd('room');
    },
    disconnect: (ending) => void endings.push(ending),
    handlers: new Map([['message', ({ text }, socket) => void socket.send(JSON.stringify({ text }))]]),
    ...parts,
  };
}

/** The number of channels in the room. */
async function membersOfRoom(): Promise<number> {
  const gated = await layer.intercept('room', () => {});
  const members = gated.memberCount();
  await gated.remove();
  return members;
}

describe('every ending leaves the groups and runs disconnect, exactly once', () => {
  const endings: Record<string, (client: Awaited<ReturnType<typeof connect>>, socket: Socket) => unknown> = {
    'a close by the client': (client) => client.close(1000),
    'a client that vanishes': (client) => client.drop(),
    'a close by the consumer': (_, socket) => socket.close(4001, 'enough'),
    'an exception in receive': (client) => client.sendText('throw'),
    'a rejection in receive': (client) => client.sendText('reject'),
    'an exception while hearing': () => layer.groupSend('room', { type: 'fail' }),
    'a close from two sides': (client, socket) => {
      socket.close(4001);
      client.drop();
    },
    'an exception after a close': (client) => client.sendText('close and throw'),
  };
  test.each(Object.entries(endings))('B26: %s', async (_, end) => {
    const seen: CloseInfo[] = [];
    const met = Promise.withResolvers<Socket>();
    const application = (): Consumer =>
      roomConsumer(seen, {
        async connect(socket) {
          met.resolve(socket);
          await socket.accept();
          await socket.groupAdd('room');
        },
        receive: (data, socket) => misbehave(String(data), socket),
        handlers: new Map([['fail', () => misbehave('throw')]]),
      });
    const client = await connect(application, '/', { layer, log });
    await settled();
    await end(client, await met.promise);
    await client.closed;
    expect(seen).toHaveLength(1);
    expect(await membersOfRoom()).toBe(0);
  });

  test('B26: a handler that is stuck for ever does not delay it, and sees the signal aborted', async () => {
    const seen: CloseInfo[] = [];
    let signal: AbortSignal | null = null;
    const receive = (_: unknown, socket: Socket): Promise<void> => {
      signal = socket.signal;
      return new Promise(() => {});
    };
    const client = await connect(() => roomConsumer(seen, { receive }), '/', { layer, log });
    await settled();
    client.sendText('x');
    expect(signal).toHaveProperty('aborted', false);
    client.drop();
    expect(signal).toHaveProperty('aborted', true);
    expect(seen).toEqual([{ code: 1006, reason: '' }]);
    expect(await membersOfRoom()).toBe(0);
  });

  test('the signal is aborted and the groups are left before disconnect runs', async () => {
    const order: unknown[] = [];
    const met = Promise.withResolvers<Socket>();
    const application = (): Consumer =>
      roomConsumer([], {
        async connect(socket) {
          met.resolve(socket);
          await socket.accept();
          await socket.groupAdd('room');
        },
        disconnect: async () => void order.push((await met.promise).signal.aborted, await membersOfRoom()),
      });
    const client = await connect(application, '/', { layer, log });
    await settled();
    client.drop();
    await settled();
    expect(order).toEqual([true, 0]);
  });
});

test('an exception closes this one socket with 1011 and is logged once', async () => {
  const application = (): Consumer => roomConsumer([], { receive: (data) => misbehave(String(data)) });
  const client = await connect(application, '/', { layer, log });
  const other = await connect(application, '/', { layer, log });
  await settled();
  client.sendText('throw');
  client.sendText('throw');
  expect(await client.closed).toEqual({ code: 1011, reason: '' });
  expect(log.lines.filter((line) => line.includes('on purpose'))).toHaveLength(1);
  await layer.groupSend('room', { type: 'message', text: 'still here' });
  expect(await other.receiveJson()).toEqual({ text: 'still here' });
});

test('an exception in disconnect is logged and hurts nobody', async () => {
  const client = await connect(() => roomConsumer([], { disconnect: () => misbehave('throw') }), '/', { layer, log });
  await client.close();
  await settled();
  expect(log.lines.filter((line) => line.includes('on purpose'))).toHaveLength(1);
});

describe('one event at a time', () => {
  test('frames and events of the layer are handled in the order in which they came, each after the one before', async () => {
    const order: string[] = [];
    const slowly = async (what: string): Promise<void> => {
      order.push(`begin ${what}`);
      await settled();
      order.push(`end ${what}`);
    };
    const done = Promise.withResolvers<void>();
    const application = (): Consumer =>
      roomConsumer([], {
        receive: (data) => slowly(String(data)),
        handlers: new Map<string, EventHandler>([
          ['message', ({ text }) => slowly(String(text))],
          ['last', () => done.resolve()],
        ]),
      });
    const client = await connect(application, '/', { layer, log });
    await settled();
    client.sendText('1');
    await layer.groupSend('room', { type: 'message', text: '2' });
    client.sendText('3');
    await layer.groupSend('room', { type: 'last' });
    await done.promise;
    expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  test('what a handler sends to its own group is received after the handler, not inside it', async () => {
    const order: string[] = [];
    const receive = (): void => {
      void layer.groupSend('room', { type: 'message', text: 'echo' });
      order.push('receive');
    };
    const handlers = new Map([['message', () => void order.push('event')]]);
    const client = await connect(() => roomConsumer([], { receive, handlers }), '/', { layer, log });
    await settled();
    client.sendText('x');
    expect(order).toEqual(['receive', 'event']);
  });

  test('what arrives while connect is still at work waits for it', async () => {
    const order: string[] = [];
    const replayed = Promise.withResolvers<void>();
    const application = (): Consumer => ({
      async connect(socket) {
        await socket.accept();
        await socket.groupAdd('room');
        await replayed.promise;
        order.push('connected');
      },
      receive: (data) => void order.push(String(data)),
      handlers: new Map([['message', ({ text }) => void order.push(String(text))]]),
    });
    const client = await connect(application, '/', { layer, log });
    await settled();
    client.sendText('frame');
    await layer.groupSend('room', { type: 'message', text: 'event' });
    expect(order).toEqual([]);
    replayed.resolve();
    await settled();
    expect(order).toEqual(['connected', 'frame', 'event']);
  });

  test('B35: a client that sends faster than its handler works is closed as too slow, once the queue is full', async () => {
    const seen: CloseInfo[] = [];
    const receive = (): Promise<void> => new Promise(() => {});
    const client = await connect(() => roomConsumer(seen, { receive }), '/', { layer, log });
    await settled();
    for (let sent = 0; sent < QUEUED_EVENTS + 1; sent += 1) client.sendText('x');
    expect(seen).toEqual([]);
    client.sendText('one too many');
    expect(seen).toEqual([{ code: 4408, reason: 'too slow' }]);
  });

  describe('while connect is still at work', () => {
    /** Accepted, and not connected before `replayed`. */
    async function visit(seen: CloseInfo[], replayed: Promise<void>, received: string[] = []): Promise<SocketClient> {
      const application = (): Consumer =>
        roomConsumer(seen, {
          async connect(socket) {
            await socket.accept();
            await socket.groupAdd('room');
            await replayed;
          },
          receive: (data) => void received.push(String(data)),
        });
      const client = await connect(application, '/', { layer, log });
      await settled();
      return client;
    }
    const never = new Promise<void>(() => {});

    test.each([
      ['many', 'x', EARLY_COUNT],
      ['large', 'x'.repeat(EARLY_BYTES / 4), 4],
      ['large, in any script', '\u5b57'.repeat(EARLY_BYTES / 8), 2],
    ])('a client whose frames are too %s is closed as too slow', async (_, frame, welcome) => {
      const seen: CloseInfo[] = [];
      const client = await visit(seen, never);
      for (let sent = 0; sent < welcome; sent += 1) client.sendText(frame);
      expect(seen).toEqual([]);
      client.sendText(frame);
      expect(seen).toEqual([{ code: 4408, reason: 'too slow' }]);
    });

    test('the events of the layer do not count as frames, and once it is done nor do those that waited', async () => {
      const seen: CloseInfo[] = [];
      const replayed = Promise.withResolvers<void>();
      const received: string[] = [];
      const client = await visit(seen, replayed.promise, received);
      for (let at = 0; at < EARLY_COUNT; at += 1) {
        client.sendText('early');
        for (let sent = 0; sent < 3; sent += 1) await layer.groupSend('room', { type: 'message', text: 'x' });
      }
      replayed.resolve();
      await settled();
      for (let at = 0; at < EARLY_COUNT; at += 1) client.sendText('late');
      expect(received).toHaveLength(2 * EARLY_COUNT);
      expect(seen).toEqual([]);
    });
  });

  test('a group that speaks faster than a handshake is decided costs the handshake, not a hole', async () => {
    const joins = (): Consumer =>
      roomConsumer([], { connect: (socket) => socket.groupAdd('room').then(() => new Promise(() => {})) });
    const refused = connect(joins, '/', { layer, log });
    await settled();
    for (let sent = 0; sent <= QUEUED_EVENTS; sent += 1) await layer.groupSend('room', { type: 'message' });
    await expect(refused).rejects.toHaveProperty('status', 503);
    // It was not the time for a handshake that ran out: that would stand in the log.
    expect(log.lines).toEqual([]);
  });

  test('the queue is bounded in bytes as well', async () => {
    const seen: CloseInfo[] = [];
    const receive = (): Promise<void> => new Promise(() => {});
    const client = await connect(() => roomConsumer(seen, { receive }), '/', { layer, log });
    await settled();
    for (let sent = 0; sent < 18; sent += 1) client.sendText('x'.repeat(64 * 1024));
    expect(seen).toEqual([{ code: 4408, reason: 'too slow' }]);
  });

  test('after the end nothing that waited is handled', async () => {
    const handled: string[] = [];
    const stuck = Promise.withResolvers<void>();
    const receive = async (data: string | Uint8Array): Promise<void> => {
      handled.push(String(data));
      await stuck.promise;
    };
    const client = await connect(() => roomConsumer([], { receive }), '/', { layer, log });
    await settled();
    client.sendText('1');
    client.sendText('2');
    client.drop();
    stuck.resolve();
    await settled();
    expect(handled).toEqual(['1']);
  });
});

describe('handshakes', () => {
  test('an application may refuse with any status', async () => {
    const refuse = (): Consumer => {
      throw new Denied(401);
    };
    await expect(connect(refuse, '/', { layer, log })).rejects.toHaveProperty('status', 401);
    expect(log.lines).toEqual([]);
  });

  test('connect may refuse with any status; disconnect does not run, groups are left, the signal is aborted', async () => {
    const seen: CloseInfo[] = [];
    const met = Promise.withResolvers<Socket>();
    const application = (): Consumer =>
      roomConsumer(seen, {
        async connect(socket) {
          met.resolve(socket);
          await socket.groupAdd('room');
          throw new Denied(404);
        },
      });
    await expect(connect(application, '/', { layer, log })).rejects.toHaveProperty('status', 404);
    expect(seen).toEqual([]);
    expect((await met.promise).signal.aborted).toBe(true);
    expect(await membersOfRoom()).toBe(0);
  });

  test('an exception before accept is a 500, logged once, without its text in the answer', async () => {
    const application = (): Consumer => roomConsumer([], { connect: () => misbehave('throw') });
    const refused = await connect(application, '/', { layer, log }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 500, text: '' });
    expect(log.lines).toHaveLength(1);
  });

  test('a connect that neither accepts nor denies is a fault', async () => {
    await expect(connect(() => roomConsumer([], { connect: () => {} }), '/', { layer, log })).rejects.toHaveProperty(
      'status',
      500,
    );
  });

  test('closing before accepting is a refusal with 403', async () => {
    const application = (): Consumer => roomConsumer([], { connect: (socket) => socket.close(4000) });
    await expect(connect(application, '/', { layer, log })).rejects.toHaveProperty('status', 403);
  });

  test('an exception after accept, in connect, is 1011', async () => {
    const seen: CloseInfo[] = [];
    const application = (): Consumer =>
      roomConsumer(seen, {
        async connect(socket) {
          await socket.accept();
          throw new Denied(404);
        },
      });
    const client = await connect(application, '/', { layer, log });
    expect(await client.closed).toMatchObject({ code: 1011 });
    expect(seen).toHaveLength(1);
  });

  test('accepting twice and sending before accepting are faults of the consumer', async () => {
    const early = (): Consumer => roomConsumer([], { connect: (socket) => void socket.send('x') });
    await expect(connect(early, '/', { layer, log })).rejects.toHaveProperty('status', 500);
    const twice = (): Consumer =>
      roomConsumer([], { connect: (socket) => socket.accept().then(() => socket.accept()) });
    expect(await (await connect(twice, '/', { layer, log })).closed).toMatchObject({ code: 1011 });
  });
});

test('on a closed socket, sending returns `closed` and groups are not joined again', async () => {
  const met = Promise.withResolvers<Socket>();
  const application = (): Consumer =>
    roomConsumer([], {
      async connect(socket) {
        met.resolve(socket);
        await socket.accept();
      },
    });
  const client = await connect(application, '/', { layer, log });
  client.drop();
  const socket = await met.promise;
  expect(socket.send('x')).toBe('closed');
  await socket.groupAdd('room');
  await socket.drained();
  expect(socket.bufferedBytes).toBe(0);
  expect(await membersOfRoom()).toBe(0);
  await expect(socket.accept()).rejects.toThrow('the connection is closed');
});

test('C3: an event of a type that is not in the table is logged and dropped, whatever it is called', async () => {
  const seen: CloseInfo[] = [];
  const client = await connect(() => roomConsumer(seen), '/', { layer, log });
  await settled();
  for (const type of ['connect', 'disconnect', '__proto__', 'constructor', '_hidden', 'toString']) {
    await layer.groupSend('room', { type });
  }
  await layer.groupSend('room', { type: 'message', text: 'fine' });
  expect(await client.receiveJson()).toEqual({ text: 'fine' });
  expect(log.lines).toHaveLength(6);
  expect(seen).toEqual([]);
});

/** Lets everything run that waits for nothing but its turn. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function misbehave(how: string, socket?: Socket): Promise<void> {
  if (how.startsWith('close')) socket?.close(4002);
  if (how === 'reject') return Promise.reject(new Error('on purpose'));
  throw new Error('on purpose');
}
