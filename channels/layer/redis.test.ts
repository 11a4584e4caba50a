import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { layerContract } from '../testing/layer-contract.ts';
import { said } from '../testing/recording-channel.ts';
import { RedisServer } from '../testing/redis-server.ts';
import { RecordingListener, RedisWorkers } from '../testing/redis-worker.ts';
import type { ChannelLayer } from './layer.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const house = new RedisWorkers();
/** However busy the machine is, no connection is to end for being slow. */
const patient = () => ({ url: redis.url, times: { commandMs: 30_000 } });
afterEach(() => house.stop());

layerContract('the Redis layer', async () => (await house.start(patient())).layer);

async function two(): Promise<[here: ChannelLayer, there: ChannelLayer]> {
  const [here, there] = [await house.start(patient()), await house.start(patient())];
  return [here.layer, there.layer];
}

async function member(layer: ChannelLayer, group = 'room'): Promise<RecordingListener> {
  const ear = new RecordingListener(layer);
  await layer.groupAdd(group, ear.name);
  return ear;
}

/** How many processes are subscribed to a group. */
async function subscribers(group: string): Promise<number> {
  return Number(/:(\d+)\r\n$/.exec(await redis.command(`PUBSUB NUMSUB channels:0:group:${group}`))?.[1]);
}

describe('B41: processes hear each other', () => {
  test('S49: a member in another process hears everything once and in the order in which it was sent', async () => {
    const [here, there] = await two();
    const [near, far] = [await member(here), await member(there)];
    const numbers = Array.from({ length: 2_000 }, (_, number) => number);
    for (const number of numbers) void here.groupSend('room', said(number));
    await far.until(1_999);
    expect(far.received).toEqual(numbers);
    expect(near.received).toEqual(numbers);
  });

  test('S26: what Redis brings back to the process that sent it is not heard a second time', async () => {
    const [here, there] = await two();
    const near = await member(here);
    const far = new RecordingListener(there, ({ n }) => {
      if (n === 1) void there.groupSend('room', said(2));
    });
    await there.groupAdd('room', far.name);
    await here.groupSend('room', said(1));
    await near.until(2);
    expect(near.received).toEqual([1, 2]);
    expect(far.received).toEqual([1, 2]);
  });

  test('an answer from within an event comes after it in every process', async () => {
    const [here, there] = await two();
    const far = await member(there);
    const answering = new RecordingListener(here, ({ n }) => {
      if (n === 1) void here.groupSend('room', said(2));
    });
    await here.groupAdd('room', answering.name);
    await here.groupSend('room', said(1));
    await far.until(2);
    expect(far.received).toEqual([1, 2]);
  });

  test('an interceptor receives what another process sends once, and the members when it delivers it', async () => {
    const [here, there] = await two();
    const members = [await member(there), await member(there)];
    const interceptor = new RecordingListener(there);
    const interceptedGroup = await there.intercept('room', interceptor.receive);
    await here.groupSend('room', said(1));
    await interceptor.until(1);
    expect(interceptor.received).toEqual([1]);
    expect(members.map(({ received: heard }) => heard)).toEqual([[], []]);
    interceptedGroup.deliver(said(7));
    expect(members.map(({ received: heard }) => heard)).toEqual([[7], [7]]);
  });

  test('a channel is spoken to by its name from anywhere', async () => {
    const [here, there] = await two();
    // Subscriptions are answered in order: what is said to a channel there arrives when this one is there.
    await member(there, 'marker');
    const [one, other] = [new RecordingListener(there), new RecordingListener(there)];
    await here.send(one.name, said(1));
    await one.until(1);
    await here.send(other.name, said(2));
    await other.until(2);
    expect([one.received, other.received]).toEqual([[1], [2]]);
  });

  test('who has left hears nothing more, while others of the process still do', async () => {
    const [here, there] = await two();
    const [leaving, staying] = [await member(there), await member(there)];
    await there.groupDiscard('room', leaving.name);
    await here.groupSend('room', said(1));
    await staying.until(1);
    expect(leaving.received).toEqual([]);
  });

  test('an event that is not JSON is an error of the sender, and nobody hears it', async () => {
    const [here] = await two();
    const near = await member(here);
    await expect(here.groupSend('room', { type: 'said', n: 1n })).rejects.toThrow(TypeError);
    expect(near.received).toEqual([]);
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
    const ears = Array.from({ length: 20 }, () => new RecordingListener(here));
    let seed = 11;
    for (let step = 0; step < 4_000; step += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const group = `storm-${seed % 5}`;
      const ear = ears[(seed >> 8) % ears.length];
      if (ear === undefined) continue;
      void (seed % 2 === 0 ? here.groupAdd(group, ear.name) : here.groupDiscard(group, ear.name));
      if (step % 50 === 0) await there.groupSend(group, said(step));
    }
    for (const ear of ears.slice(1)) here.close(ear.name);
    for (const group of [0, 1, 2]) await here.groupAdd(`storm-${group}`, ears[0]?.name ?? '');
    for (const group of [3, 4]) await here.groupDiscard(`storm-${group}`, ears[0]?.name ?? '');
    await member(here, 'marker');
    await member(here, 'marker-2');
    expect(await Promise.all([0, 1, 2, 3, 4].map((group) => subscribers(`storm-${group}`)))).toEqual([1, 1, 1, 0, 0]);
    const last = ears[0];
    await there.groupSend('storm-1', said(100_000));
    await last?.until(100_000);
  });
});

test('houses with another prefix, or in another database of one Redis, do not hear each other', async () => {
  const places = [patient(), { ...patient(), prefix: 'other' }, { ...patient(), url: `${redis.url}/1` }];
  const ears = await Promise.all(
    places.map(async (place, at) => {
      const [{ layer }, speaker] = [await house.start(place), await house.start(place)];
      return { at, ear: await member(layer), say: (n: number) => speaker.layer.groupSend('room', said(n)) };
    }),
  );
  for (const { at, say } of ears) await say(at);
  await Promise.all(ears.map(({ at, ear }) => ear.until(at)));
  // What anybody would have heard of the others by now comes before their own next one.
  for (const { at, say } of ears) await say(at + 10);
  await Promise.all(ears.map(({ at, ear }) => ear.until(at + 10)));
  for (const { at, ear } of ears) expect(ear.received).toEqual([at, at + 10]);
});
