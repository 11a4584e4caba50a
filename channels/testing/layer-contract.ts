import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { ChannelLayer } from '../layer/layer.ts';
import { interceptorContract } from './interceptor-contract.ts';
import { createRecordingChannel, numbered, type RecordingChannel } from './recording-channel.ts';

/** The promises of layer.ts, for any backend. `make` returns a fresh layer. */
export function layerContract(name: string, make: () => Promise<ChannelLayer>): void {
  describe(`${name} keeps the promise of a channel layer`, () => {
    let layer: ChannelLayer;
    beforeEach(async () => {
      layer = await make();
    });
    afterEach(() => layer.stop());

    membership(() => layer);
    deliveries(() => layer);
    interceptorContract(() => layer);
    names(() => layer);
  });
}

function membership(layer: () => ChannelLayer): void {
  test('S25, S48: a member of a group receives what is sent to it, others do not', async () => {
    const member = createRecordingChannel(layer());
    const other = createRecordingChannel(layer());
    await layer().groupAdd('room', member.name);
    await layer().groupAdd('elsewhere', other.name);
    await layer().groupSend('room', numbered(1));
    expect(member.received).toEqual([1]);
    expect(other.received).toEqual([]);
  });

  test('S26: a member that sends to its own group receives it once', async () => {
    const member = createRecordingChannel(layer());
    await layer().groupAdd('room', member.name);
    await layer().groupAdd('room', member.name);
    await layer().groupSend('room', numbered(1));
    expect(member.received).toEqual([1]);
  });

  test('members of this process receive an event before groupSend returns', async () => {
    const member = createRecordingChannel(layer());
    await layer().groupAdd('room', member.name);
    const sending = layer().groupSend('room', numbered(1));
    expect(member.received).toEqual([1]);
    await sending;
  });

  test('membership begins at once, before the promise', async () => {
    const member = createRecordingChannel(layer());
    const adding = layer().groupAdd('room', member.name);
    await layer().groupSend('room', numbered(1));
    expect(member.received).toEqual([1]);
    await adding;
  });

  test('S48: after groupDiscard nothing more is received, and discarding again is no error', async () => {
    const member = createRecordingChannel(layer());
    await layer().groupAdd('room', member.name);
    await layer().groupDiscard('room', member.name);
    await layer().groupDiscard('room', member.name);
    await layer().groupDiscard('room', 'nobody');
    await layer().groupSend('room', numbered(1));
    expect(member.received).toEqual([]);
  });

  test('a closed channel receives nothing more in any of its groups, and closing again is no error', async () => {
    const member = createRecordingChannel(layer());
    await layer().groupAdd('room', member.name);
    await layer().groupAdd('lobby', member.name);
    layer().close(member.name);
    layer().close(member.name);
    await layer().groupSend('room', numbered(1));
    await layer().groupSend('lobby', numbered(2));
    await layer().send(member.name, numbered(3));
    expect(member.received).toEqual([]);
  });

  test('S48: a channel is reached by its name, and an unknown name is no error', async () => {
    const one = createRecordingChannel(layer());
    const other = createRecordingChannel(layer());
    await layer().send(one.name, numbered(1));
    await layer().send('nobody', numbered(2));
    await layer().groupSend('empty', numbered(3));
    expect(one.received).toEqual([1]);
    expect(other.received).toEqual([]);
  });

  test('what one place sends arrives in the order in which it was sent', async () => {
    const member = createRecordingChannel(layer());
    await layer().groupAdd('room', member.name);
    const numbers = Array.from({ length: 1_000 }, (_, number) => number);
    await Promise.all(numbers.map((number) => layer().groupSend('room', numbered(number))));
    expect(member.received).toEqual(numbers);
  });

  test('a storm of comings and goings leaves each member with exactly what was sent while it was one', async () => {
    const members = Array.from({ length: 50 }, () => ({
      ...createRecordingChannel(layer()),
      expected: [] as number[],
      isMember: false,
    }));
    let seed = 7;
    for (let number = 0; number < 5_000; number += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const one = members[seed % members.length];
      if (one === undefined) continue;
      one.isMember = !one.isMember;
      await (one.isMember ? layer().groupAdd('room', one.name) : layer().groupDiscard('room', one.name));
      for (const member of members) if (member.isMember) member.expected.push(number);
      await layer().groupSend('room', numbered(number));
    }
    for (const { received, expected } of members) expect(received).toEqual(expected);
  });
}

function deliveries(layer: () => ChannelLayer): void {
  test('a member that is discarded or closed during a delivery receives nothing more', async () => {
    const last: RecordingChannel[] = [];
    const first = layer().newChannel(() => {
      for (const { name } of last) layer().close(name);
    });
    await layer().groupAdd('room', first);
    last.push(createRecordingChannel(layer()), createRecordingChannel(layer()));
    for (const { name } of last) await layer().groupAdd('room', name);
    await layer().groupSend('room', numbered(1));
    expect(last.map(({ received }) => received)).toEqual([[], []]);
  });

  test('a member that joins during a delivery receives the next event, not this one', async () => {
    const late = createRecordingChannel(layer());
    const member = layer().newChannel(() => void layer().groupAdd('room', late.name));
    await layer().groupAdd('room', member);
    await layer().groupSend('room', numbered(1));
    await layer().groupSend('room', numbered(2));
    expect(late.received).toEqual([2]);
  });

  test('an answer sent from within an event is received after it, by all in the same order', async () => {
    const before = createRecordingChannel(layer());
    const answering = createRecordingChannel(layer(), ({ n }) => {
      if (n === 1) void layer().groupSend('room', numbered(2));
    });
    const after = createRecordingChannel(layer());
    for (const { name } of [before, answering, after]) await layer().groupAdd('room', name);
    await layer().groupSend('room', numbered(1));
    expect([before.received, answering.received, after.received]).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  test('a receiver that fails does not keep the event from the others', async () => {
    const failing = layer().newChannel(() => {
      throw new Error('on purpose');
    });
    const member = createRecordingChannel(layer());
    await layer().groupAdd('room', failing);
    await layer().groupAdd('room', member.name);
    await layer().groupSend('room', numbered(1));
    expect(member.received).toEqual([1]);
  });
}

function names(layer: () => ChannelLayer): void {
  test('S48: a thousand channels have a thousand names, even when chance is not random', () => {
    const chance = Math.random;
    Math.random = () => 0.5;
    const all = Array.from({ length: 1_000 }, () => layer().newChannel(() => {}));
    Math.random = chance;
    expect(new Set(all).size).toBe(1_000);
  });

  test('a channel of another process or of none cannot be added here', async () => {
    await expect(layer().groupAdd('room', 'socket.elsewhere!1')).rejects.toThrow('not open');
  });

  test.each(['', ' ', 'a b', 'a/b', 'a:b', 'a?b', 'a!b', 'é', 'a\n', '٣', 'x'.repeat(100)])(
    'B38: %j is no name of a group',
    async (bad) => {
      const { name } = createRecordingChannel(layer());
      await expect(layer().groupAdd(bad, name)).rejects.toThrow(TypeError);
      await expect(layer().groupDiscard(bad, name)).rejects.toThrow(TypeError);
      await expect(layer().groupSend(bad, numbered(1))).rejects.toThrow(TypeError);
      await expect(layer().intercept(bad, () => {})).rejects.toThrow(TypeError);
      expect(() => layer().newChannel(() => {}, bad)).toThrow(TypeError);
    },
  );

  test('B38: a name may be 99 letters, digits, dots, hyphens and underscores long', async () => {
    const member = createRecordingChannel(layer());
    const name = `${'x'.repeat(95)}A.-_`;
    await layer().groupAdd(name, member.name);
    await layer().groupSend(name, numbered(1));
    expect(member.received).toEqual([1]);
  });
}
