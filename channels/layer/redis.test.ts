import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { layerContract } from '../testing/layer-contract.ts';
import { numbered } from '../testing/recording-channel.ts';
import { RedisServer } from '../testing/redis-server.ts';
import { RecordingListener, RedisWorkers } from '../testing/redis-workers.ts';
import type { ChannelLayer } from './layer.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const workers = new RedisWorkers();
/** On a busy machine too, no connection must close for being slow. */
const patient = () => ({ url: redis.url, times: { commandMs: 30_000 } });
afterEach(() => workers.stop());

layerContract('the Redis layer', async () => (await workers.start(patient())).layer);

async function two(): Promise<[here: ChannelLayer, there: ChannelLayer]> {
  const [here, there] = [await workers.start(patient()), await workers.start(patient())];
  return [here.layer, there.layer];
}

async function member(layer: ChannelLayer, group = 'room'): Promise<RecordingListener> {
  const listener = new RecordingListener(layer);
  await layer.groupAdd(group, listener.name);
  return listener;
}

/** How many processes are subscribed to a group. */
async function subscribers(group: string): Promise<number> {
  return Number(/:(\d+)\r\n$/.exec(await redis.command(`PUBSUB NUMSUB channels:0:group:${group}`))?.[1]);
}

describe('B41: processes receive the events of each other', () => {
  test('S49: a member in another process hears everything once and in the order in which it was sent', async () => {
    const [here, there] = await two();
    const [local, remote] = [await member(here), await member(there)];
    const numbers = Array.from({ length: 2_000 }, (_, number) => number);
    for (const number of numbers) void here.groupSend('room', numbered(number));
    await remote.until(1_999);
    expect(remote.received).toEqual(numbers);
    expect(local.received).toEqual(numbers);
  });

  test('S26: what Redis brings back to the process that sent it is not delivered a second time', async () => {
    const [here, there] = await two();
    const local = await member(here);
    const remote = new RecordingListener(there, ({ n }) => {
      if (n === 1) void there.groupSend('room', numbered(2));
    });
    await there.groupAdd('room', remote.name);
    await here.groupSend('room', numbered(1));
    await local.until(2);
    expect(local.received).toEqual([1, 2]);
    expect(remote.received).toEqual([1, 2]);
  });

  test('an answer from within an event comes after it in every process', async () => {
    const [here, there] = await two();
    const remote = await member(there);
    const answering = new RecordingListener(here, ({ n }) => {
      if (n === 1) void here.groupSend('room', numbered(2));
    });
    await here.groupAdd('room', answering.name);
    await here.groupSend('room', numbered(1));
    await remote.until(2);
    expect(remote.received).toEqual([1, 2]);
  });

  test('an interceptor receives what another process sends once, and the members when it delivers it', async () => {
    const [here, there] = await two();
    const members = [await member(there), await member(there)];
    const interceptor = new RecordingListener(there);
    const interceptedGroup = await there.intercept('room', interceptor.receive);
    await here.groupSend('room', numbered(1));
    await interceptor.until(1);
    expect(interceptor.received).toEqual([1]);
    expect(members.map(({ received }) => received)).toEqual([[], []]);
    interceptedGroup.deliver(numbered(7));
    expect(members.map(({ received }) => received)).toEqual([[7], [7]]);
  });

  test('a channel is reached by its name from anywhere', async () => {
    const [here, there] = await two();
    // Subscriptions are answered in order: events sent to a channel there arrive once this one is subscribed.
    await member(there, 'marker');
    const [one, other] = [new RecordingListener(there), new RecordingListener(there)];
    await here.send(one.name, numbered(1));
    await one.until(1);
    await here.send(other.name, numbered(2));
    await other.until(2);
    expect([one.received, other.received]).toEqual([[1], [2]]);
  });

  test('a channel that left receives nothing more, while others of the process still do', async () => {
    const [here, there] = await two();
    const [leaving, staying] = [await member(there), await member(there)];
    await there.groupDiscard('room', leaving.name);
    await here.groupSend('room', numbered(1));
    await staying.until(1);
    expect(leaving.received).toEqual([]);
  });

  test('an event that is not JSON is an error of the sender, and no member receives it', async () => {
    const [here] = await two();
    const local = await member(here);
    await expect(here.groupSend('room', { type: 'message', n: 1n })).rejects.toThrow(TypeError);
    expect(local.received).toEqual([]);
  });
});

describe('subscriptions', () => {
  test('a process has one for a group, however many members, and none when the last has gone', async () => {
    const [here, there] = await two();
    const members = await Promise.all(Array.from({ length: 20 }, () => member(here, 'counted')));
    expect(await subscribers('counted')).toBe(1);
    const interceptedGroup = await there.intercept('counted', () => {});
    expect(await subscribers('counted')).toBe(2);
    await interceptedGroup.remove();
    for (const { name } of members.slice(1)) here.close(name);
    // A command of this process comes after the ones before.
    await member(there, 'marker');
    expect(await subscribers('counted')).toBe(1);
    for (const { name } of members) here.close(name);
    await member(here, 'marker');
    expect(await subscribers('counted')).toBe(0);
  });

  test('B34: after a storm of comings and goings each group has exactly the subscriptions it needs', async () => {
    const [here, there] = await two();
    const listeners = Array.from({ length: 20 }, () => new RecordingListener(here));
    let seed = 11;
    for (let step = 0; step < 4_000; step += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const group = `storm-${seed % 5}`;
      const listener = listeners[(seed >> 8) % listeners.length];
      if (listener === undefined) continue;
      void (seed % 2 === 0 ? here.groupAdd(group, listener.name) : here.groupDiscard(group, listener.name));
      if (step % 50 === 0) await there.groupSend(group, numbered(step));
    }
    for (const listener of listeners.slice(1)) here.close(listener.name);
    for (const group of [0, 1, 2]) await here.groupAdd(`storm-${group}`, listeners[0]?.name ?? '');
    for (const group of [3, 4]) await here.groupDiscard(`storm-${group}`, listeners[0]?.name ?? '');
    await member(here, 'marker');
    await member(here, 'marker-2');
    expect(await Promise.all([0, 1, 2, 3, 4].map((group) => subscribers(`storm-${group}`)))).toEqual([1, 1, 1, 0, 0]);
    const last = listeners[0];
    await there.groupSend('storm-1', numbered(100_000));
    await last?.until(100_000);
  });
});

test('deployments with another prefix, or in another database of one Redis, do not receive the events of each other', async () => {
  const places = [patient(), { ...patient(), prefix: 'other' }, { ...patient(), url: `${redis.url}/1` }];
  const listeners = await Promise.all(
    places.map(async (place, at) => {
      const [{ layer }, sender] = [await workers.start(place), await workers.start(place)];
      return { at, listener: await member(layer), send: (n: number) => sender.layer.groupSend('room', numbered(n)) };
    }),
  );
  for (const { at, send } of listeners) await send(at);
  await Promise.all(listeners.map(({ at, listener }) => listener.until(at)));
  // Any event of the others would arrive before the listener's own next one.
  for (const { at, send } of listeners) await send(at + 10);
  await Promise.all(listeners.map(({ at, listener }) => listener.until(at + 10)));
  for (const { at, listener } of listeners) expect(listener.received).toEqual([at, at + 10]);
});
