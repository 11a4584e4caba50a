import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { createRedisPresence } from '../presence/redis.ts';
import { numbered } from '../testing/recording-channel.ts';
import { RedisServer } from '../testing/redis-server.ts';
import { RecordingListener, RedisWorkers, type WorkerProcess } from '../testing/redis-workers.ts';
import { connectRedis, PENDING_COUNT } from './bus.ts';

/** For tests with a Redis that does not answer: short, and yet long enough for a Redis that waits for its turn. */
const QUICK = { commandMs: 1_000, retryMs: 50 };
/** For all other tests: on a busy machine too, no connection must close for being slow. */
const PATIENT = { commandMs: 30_000, retryMs: 50 };

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const workers = new RedisWorkers();
afterEach(() => workers.stop());

async function two(times = PATIENT): Promise<[here: WorkerProcess, there: WorkerProcess]> {
  const options = { url: redis.url, times };
  return [await workers.start(options), await workers.start(options)];
}

async function member({ layer }: WorkerProcess, group = 'room'): Promise<RecordingListener> {
  const listener = new RecordingListener(layer);
  await layer.groupAdd(group, listener.name);
  return listener;
}

describe('B42: while Redis is away a process goes on by itself, and comes back by itself', () => {
  test('killed and restarted empty: all is subscribed again, `down` and `up` say so', async () => {
    const [here, there] = await two();
    const listeners = [await member(here, 'room-1'), await member(here, 'room-2')];
    const downs = Promise.all([here.until('down'), there.until('down')]);
    await redis.kill();
    await downs;
    const ups = Promise.all([here.until('up'), there.until('up')]);
    await here.layer.groupSend('room-1', numbered(1));
    expect(listeners[0]?.received).toEqual([1]);
    const late = await member(here, 'room-3');
    await redis.start();
    await ups;
    for (const room of [1, 2, 3]) await there.layer.groupSend(`room-${room}`, numbered(room * 10));
    await Promise.all([listeners[0]?.until(10), listeners[1]?.until(20), late.until(30)]);
    expect(here.events.slice(0, 2)).toEqual(['down', 'up']);
    expect(here.log.lines.filter((line) => line.includes('not reached'))).toHaveLength(1);
    expect(here.log.lines.filter((line) => line.includes('reached again'))).toHaveLength(1);
  });

  test('paused: that is noticed though the connection stands, and nothing waits for it', async () => {
    const [here, there] = await two(QUICK);
    const [local, remote] = [await member(here), await member(there)];
    const downs = Promise.all([here.until('down'), there.until('down')]);
    redis.pause();
    await here.layer.groupSend('room', numbered(1));
    expect(local.received).toEqual([1]);
    await downs;
    const joined = await member(here, 'new');
    await here.layer.groupSend('new', numbered(2));
    expect(joined.received).toEqual([2]);
    const ups = Promise.all([here.until('up'), there.until('up')]);
    redis.resume();
    await ups;
    await here.layer.groupSend('room', numbered(3));
    await remote.until(3);
    await there.layer.groupSend('new', numbered(4));
    await joined.until(4);
    expect(remote.received).toEqual([...remote.received].sort());
  });

  test('a joiner who waits for the events of others is released when Redis stops answering', async () => {
    const [here] = await two(QUICK);
    redis.pause();
    await member(here, 'asked-for-in-vain');
    redis.resume();
    await here.until('up');
  });

  test('not there at the start: a layer is made all the same, and joins the others when Redis comes', async () => {
    const later = await RedisServer.start();
    await later.kill();
    const here = await workers.start({ url: later.url, times: PATIENT });
    expect(here.bus.isUp).toBe(false);
    const local = await member(here);
    await here.layer.groupSend('room', numbered(1));
    expect(local.received).toEqual([1]);
    const up = here.until('up');
    await later.start();
    await up;
    const there = await workers.start({ url: later.url, times: PATIENT });
    await there.layer.groupSend('room', numbered(2));
    await local.until(2);
    await workers.stop();
    await later.stop();
  });

  test('a process that could not publish announces it when it can again: the others get `down` and `up`', async () => {
    await redis.command('ACL SETUSER cut on nopass ~* &* +@all');
    const here = await workers.start({ url: redis.url.replace('//', '//cut:x@'), times: PATIENT });
    const there = await workers.start({ url: redis.url, times: PATIENT });
    const remote = await member(there);
    here.bus.onConnectionChange('down', () => void here.layer.groupSend('room', numbered(1)));
    const noticed = there.until('up');
    await redis.command('CLIENT KILL USER cut');
    await noticed;
    expect(there.events).toEqual(['down', 'up']);
    expect(remote.received).toEqual([]);
  });
});

test('a Redis user without the right to subscribe is logged in a line, and does not count as connected', async () => {
  await redis.command('ACL SETUSER deaf on nopass ~* &* +@all -subscribe');
  const { bus, log } = await workers.start({ url: redis.url.replace('//', '//deaf:x@'), times: PATIENT });
  expect(bus.isUp).toBe(false);
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toContain('NOPERM');
  expect(log.lines[0]).not.toContain('deaf:x');
});

test('the rights that the README lists for a Redis user are enough', async () => {
  const [allowed = ''] = /\+subscribe[^`]*/.exec(await Bun.file(`${import.meta.dir}/../README.md`).text()) ?? [];
  await redis.command(`ACL SETUSER modest on nopass ~channels:* &channels:* ${allowed}`);
  const url = `${redis.url.replace('//', '//modest:x@')}/0`;
  const here = await workers.start({ url, times: PATIENT });
  const there = await workers.start({ url, times: PATIENT });
  const presence = createRedisPresence(here.bus, { graceMs: 0, log: here.log });
  const far = await member(there);
  await here.layer.groupSend('room', numbered(1));
  await far.until(1);
  await member(here);
  await presence.enter('room', 'alice', 'tab-1');
  await here.bus.command(['GET', here.bus.key('presence:nobody')]);
  await presence.stop();
  expect([here.log.lines, here.events]).toEqual([[], []]);
});

test('what is no address of a Redis is an error at once', async () => {
  for (const url of ['http://localhost', 'redis://localhost/one', 'localhost:6379', '']) {
    await expect(connectRedis({ url })).rejects.toThrow(TypeError);
  }
});

describe('B44: what others write on the bus', () => {
  const stranger = 'f'.repeat(32);
  const publish = async (text: string): Promise<unknown> =>
    redis.command(`PUBLISH channels:0:group:room ${JSON.stringify(text)}`);

  test.each([
    ['of another program', 'hello'],
    ['empty', ''],
    ['of a newer version', `2 ${stranger} 1 {"type":"message","n":1}`],
    ['broken', `1 ${stranger} 1 {"type":`],
    ['without a type', `1 ${stranger} 1 {"n":1}`],
    ['no object', `1 ${stranger} 1 [{"type":"message","n":1}]`],
    ['null', `1 ${stranger} 1 null`],
    ['nested deeply', `1 ${stranger} 1 ${'['.repeat(10_000)}`],
    ['of an impossible number', `1 ${stranger} 0 {"type":"message","n":1}`],
  ])('what is %s is dropped with a line in the log, and the next message is received', async (_, text) => {
    const [here, there] = await two();
    const listener = await member(here);
    await publish(text);
    await there.layer.groupSend('room', numbered(2));
    await listener.until(2);
    expect(listener.received).toEqual([2]);
    expect(here.log.lines).toHaveLength(1);
  });

  test('rubbish without end fills no log', async () => {
    const [here, there] = await two();
    const listener = await member(here);
    for (let at = 0; at < 100; at += 1) await publish('rubbish');
    await there.layer.groupSend('room', numbered(1));
    await listener.until(1);
    expect(here.log.lines).toHaveLength(1);
  });

  test('what arrives behind something newer of the same process, over a connection it gave up, is dropped', async () => {
    const [here] = await two();
    const listener = await member(here);
    for (const n of [5, 4, 5, 6]) await publish(`1 ${stranger} ${n} {"type":"message","n":${n}}`);
    await publish(`1 ${'e'.repeat(32)} 1 {"type":"message","n":1}`);
    await listener.until(1);
    expect(listener.received).toEqual([5, 6, 1]);
  });
});

test('B35: more than Redis can take at once is delivered here, cut short for the others, and they learn of the gap', async () => {
  const [here, there] = await two();
  const [local, remote] = [await member(here), await member(there)];
  const noticed = there.until('up');
  const count = PENDING_COUNT + 1_000;
  for (let n = 1; n <= count; n += 1) void here.layer.groupSend('room', numbered(n));
  expect(local.received).toHaveLength(count);
  await noticed;
  expect(remote.received).toEqual(Array.from({ length: remote.received.length }, (_, at) => at + 1));
  expect(remote.received.length).toBeLessThan(count);
  expect(here.log.lines.filter((line) => line.includes('wait to be published'))).toHaveLength(1);
  await here.layer.groupSend('room', numbered(0));
  await remote.until(0);
});

test('what was published before a stop still arrives', async () => {
  const [here, there] = await two();
  const remote = await member(there);
  void here.layer.groupSend('room', numbered(1));
  await here.bus.stop();
  await remote.until(1);
});
