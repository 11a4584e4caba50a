import { expect, test } from 'bun:test';
import { Random } from '../tests/support/random.ts';
import { TestSockets } from './testing/sockets.ts';

/** Lets a reason of refusal arrive. */
const aMoment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a lost connection comes back by itself, at an address asked anew', () => {
  const net = new TestSockets();
  net.open().listener.onClose(1006, '');
  expect(net.states).toEqual(['connecting', 'open', 'offline']);
  net.clock.pass(249);
  expect(net.sockets).toHaveLength(1);
  net.clock.pass(1);
  expect(net.last.address).toBe('ws://x/1');
});

test('tries come ever more slowly, up to 5 s, and fast again after a connection that held', async () => {
  const net = new TestSockets();
  net.chance = 1;
  net.connection.start();
  const waited: number[] = [];
  for (let failure = 0; failure < 6; failure++) {
    net.last.listener.onClose(1006, '');
    await aMoment();
    waited.push(untilNext(net));
  }
  expect(waited).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
  net.last.listener.onOpen();
  net.clock.pass(6_000);
  net.last.listener.onClose(1006, '');
  expect(untilNext(net)).toBe(500);
});

/** Milliseconds until another socket is opened. */
function untilNext(net: TestSockets): number {
  const [before, from] = [net.sockets.length, net.clock.now()];
  while (net.sockets.length === before) net.clock.pass(1);
  return net.clock.now() - from;
}

test('the wait is anything between nothing and its full length, so that a crowd does not come back as one', () => {
  for (const chance of [0, 0.25, 0.999]) {
    const net = new TestSockets();
    net.chance = chance;
    net.open().listener.onClose(1006, '');
    expect(untilNext(net)).toBe(Math.max(1, Math.ceil(500 * chance)));
  }
});

test('the network or the reader coming back ends the wait at once', () => {
  const net = new TestSockets();
  net.open().listener.onClose(1006, '');
  net.connection.retryNow();
  expect(net.sockets).toHaveLength(2);
  net.connection.retryNow();
  expect(net.sockets).toHaveLength(2);
});

test('a server that restarts says when to come back, and nothing hurries that', () => {
  const net = new TestSockets();
  net.open().listener.onClose(1012, 'retry_after=1500');
  net.connection.retryNow();
  net.clock.pass(1_499);
  expect(net.sockets).toHaveLength(1);
  net.clock.pass(1);
  expect(net.sockets).toHaveLength(2);
});

test('a restart without a time, or with an absurd one, is no wait for ever', () => {
  for (const reason of ['', 'retry_after=x', 'retry_after=999999999']) {
    const net = new TestSockets();
    net.open().listener.onClose(1012, reason);
    net.clock.pass(60_000);
    expect(net.sockets.length).toBeGreaterThan(1);
  }
});

for (const [code, ending] of [
  [4401, 'signed-out'],
  [4403, 'forbidden'],
  [4404, 'gone'],
] as const) {
  test(`close code ${code} means ${ending}, and nothing is tried again`, async () => {
    const net = new TestSockets();
    net.refusedReasons = [ending];
    net.open().listener.onClose(code, '');
    net.connection.retryNow();
    await aMoment();
    net.clock.pass(3_600_000);
    expect(net.states.at(-1)).toBe(ending);
    expect(net.sockets).toHaveLength(1);
    expect(net.clock.waiting).toBe(0);
  });
}

test('who has signed in again, in another tab, comes back when they look at the page', async () => {
  const net = new TestSockets();
  net.refusedReasons = ['signed-out', 'wait'];
  net.open().listener.onClose(4401, '');
  for (const sockets of [1, 2]) {
    net.connection.retryNow();
    await aMoment();
    expect(net.sockets).toHaveLength(sockets);
  }
});

test('a flood is waited out, whoever hurries', () => {
  const net = new TestSockets();
  net.open().listener.onClose(4429, '');
  net.connection.retryNow();
  expect(net.sockets).toHaveLength(1);
  net.clock.pass(5_000);
  expect(net.sockets).toHaveLength(2);
});

test('why a socket was refused is asked by another road: signed out ends it, no answer does not', async () => {
  const net = new TestSockets();
  net.refusedReasons = ['wait', 'signed-out'];
  net.connection.start();
  net.last.listener.onClose(1006, '');
  await aMoment();
  net.clock.pass(500);
  expect(net.sockets).toHaveLength(2);
  net.last.listener.onClose(1006, '');
  await aMoment();
  net.clock.pass(60_000);
  expect(net.sockets).toHaveLength(2);
  expect(net.states.at(-1)).toBe('signed-out');
});

test('a verdict on a try that is long over changes nothing', async () => {
  const net = new TestSockets();
  net.refusedReasons = ['gone'];
  net.connection.start();
  net.last.listener.onClose(1006, '');
  net.connection.retryNow();
  net.last.listener.onOpen();
  await aMoment();
  expect(net.states.at(-1)).toBe('open');
});

test('25 s of silence are a lost connection, a frame in time is life', () => {
  const net = new TestSockets();
  net.open();
  net.clock.pass(24_000);
  net.last.listener.onText('{}');
  net.clock.pass(25_000);
  expect(net.states.at(-1)).toBe('open');
  net.clock.pass(1_000);
  expect(net.states.at(-1)).toBe('offline');
  expect(net.last.isClosed).toBe(true);
});

test('a machine that wakes gives what it slept through a second to arrive', () => {
  const net = new TestSockets();
  net.open();
  net.clock.sleep(3_600_000);
  net.clock.pass(0);
  expect(net.states.at(-1)).toBe('open');
  net.last.listener.onText('{}');
  net.clock.pass(1_000);
  expect(net.states.at(-1)).toBe('open');
  net.clock.sleep(3_600_000);
  net.connection.retryNow();
  net.clock.pass(1_000);
  expect(net.states.at(-1)).toBe('offline');
});

test('a handshake that nobody answers is given up', async () => {
  const net = new TestSockets();
  net.connection.start();
  net.clock.pass(11_000);
  expect(net.last.isClosed).toBe(true);
  await aMoment();
  net.clock.pass(500);
  expect(net.sockets).toHaveLength(2);
});

test('something missing brings a new connection within 200 ms', () => {
  const net = new TestSockets();
  net.chance = 0.999;
  net.open();
  net.connection.reconnect();
  expect(net.last.isClosed).toBe(true);
  net.clock.pass(200);
  expect(net.sockets).toHaveLength(2);
});

test('a stopped connection hears nothing, sends nothing and never comes back', () => {
  const net = new TestSockets();
  const socket = net.open();
  net.connection.stop();
  socket.listener.onText('late');
  socket.listener.onClose(1006, '');
  net.connection.retryNow();
  net.connection.reconnect();
  net.clock.pass(60_000);
  expect(net.connection.send({ type: 'read', seq: 1 })).toBe(false);
  expect({ texts: net.texts, sockets: net.sockets.length, state: net.states.at(-1) }).toEqual({
    texts: [],
    sockets: 1,
    state: 'stopped',
  });
});

test('whatever happens in whatever order, there is never more than one socket, and an old one is never heard', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed);
    const net = new TestSockets({ random: () => random.next() });
    net.connection.start();
    const actions = [
      () => net.last.listener.onOpen(),
      () => random.pick(net.sockets).listener.onClose(random.pick([1006, 1011, 4408, 1012, 1001]), 'retry_after=20'),
      () => random.pick(net.sockets).listener.onText(String(net.sockets.length)),
      () => net.connection.retryNow(),
      () => net.connection.reconnect(),
      () => net.clock.pass(random.below(3_000)),
      () => net.clock.sleep(random.below(60_000)),
      aMoment,
    ];
    for (let step = 0; step < 60; step++) {
      const before = net.texts.length;
      await random.pick(actions)();
      expect(net.openCount).toBeLessThanOrEqual(1);
      expect(net.texts.slice(before).every((text) => text === String(net.sockets.length))).toBe(true);
    }
  }
});

test('a connection that is ended as signed out stays so until somebody who looks at the page is signed in again', async () => {
  const net = new TestSockets();
  const socket = net.open();
  net.connection.end('signed-out');
  socket.listener.onText('{}');
  net.clock.pass(60_000);
  expect({ texts: net.texts, sockets: net.sockets.length, isClosed: socket.isClosed }).toEqual({
    texts: [],
    sockets: 1,
    isClosed: true,
  });
  net.connection.retryNow();
  await aMoment();
  expect(net.sockets).toHaveLength(2);
});
