import { expect, test } from 'bun:test';
import type { ChannelLayer } from '../layer/layer.ts';
import { createRecordingChannel, numbered, recordInto } from './recording-channel.ts';

/** The part of the layer's contract that is about interceptors. */
export function interceptorContract(layer: () => ChannelLayer): void {
  test('an interceptor receives each event once, and the members what it delivers, when it delivers it', async () => {
    const members = [createRecordingChannel(layer()), createRecordingChannel(layer())];
    const intercepted: number[] = [];
    const interceptedGroup = await layer().intercept('room', recordInto(intercepted));
    for (const { name } of members) await layer().groupAdd('room', name);
    await layer().groupSend('room', numbered(1));
    expect(intercepted).toEqual([1]);
    expect(members.map(({ received }) => received)).toEqual([[], []]);
    interceptedGroup.deliver(numbered(7));
    expect(members.map(({ received }) => received)).toEqual([[7], [7]]);
    expect(interceptedGroup.memberCount()).toBe(2);
  });

  test('an interceptor receives the events of its group before the first member joins and after the last one leaves', async () => {
    const intercepted: number[] = [];
    const member = createRecordingChannel(layer());
    const interceptedGroup = await layer().intercept('room', recordInto(intercepted));
    await layer().groupSend('room', numbered(1));
    await layer().groupAdd('room', member.name);
    layer().close(member.name);
    await layer().groupSend('room', numbered(2));
    expect(intercepted).toEqual([1, 2]);
    expect(interceptedGroup.memberCount()).toBe(0);
  });

  test('a group has one interceptor; when it is removed, events reach the members directly', async () => {
    const intercepted: number[] = [];
    const member = createRecordingChannel(layer());
    await layer().groupAdd('room', member.name);
    const interceptedGroup = await layer().intercept('room', recordInto(intercepted));
    await expect(layer().intercept('room', () => {})).rejects.toThrow('interceptor');
    await interceptedGroup.remove();
    await interceptedGroup.remove();
    await layer().groupSend('room', numbered(1));
    interceptedGroup.deliver(numbered(2));
    expect(intercepted).toEqual([]);
    expect(member.received).toEqual([1]);
    await (await layer().intercept('room', recordInto(intercepted))).remove();
  });

  test('an interceptor that fails is no error of the sender', async () => {
    await layer().intercept('room', () => {
      throw new Error('on purpose');
    });
    await layer().groupSend('room', numbered(1));
  });
}
