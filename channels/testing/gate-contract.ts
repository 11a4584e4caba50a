import { expect, test } from 'bun:test';
import type { ChannelLayer } from '../layer/layer.ts';
import { noting, recordingChannel, said } from './recording-channel.ts';

/** The part of the layer's contract that is about gates. */
export function interceptorContract(layer: () => ChannelLayer): void {
  test('a gate hears each event once, and the members what it passes, when it passes it', async () => {
    const members = [recordingChannel(layer()), recordingChannel(layer())];
    const atGate: number[] = [];
    const gated = await layer().intercept('room', noting(atGate));
    for (const { name } of members) await layer().groupAdd('room', name);
    await layer().groupSend('room', said(1));
    expect(atGate).toEqual([1]);
    expect(members.map(({ heard }) => heard)).toEqual([[], []]);
    gated.deliver(said(7));
    expect(members.map(({ heard }) => heard)).toEqual([[7], [7]]);
    expect(gated.members()).toBe(2);
  });

  test('a gate hears its group before anybody joined and after everybody left', async () => {
    const atGate: number[] = [];
    const member = recordingChannel(layer());
    const gated = await layer().intercept('room', noting(atGate));
    await layer().groupSend('room', said(1));
    await layer().groupAdd('room', member.name);
    layer().close(member.name);
    await layer().groupSend('room', said(2));
    expect(atGate).toEqual([1, 2]);
    expect(gated.members()).toBe(0);
  });

  test('a group has one gate; when it is removed, events reach the members directly', async () => {
    const atGate: number[] = [];
    const member = recordingChannel(layer());
    await layer().groupAdd('room', member.name);
    const gated = await layer().intercept('room', noting(atGate));
    await expect(layer().intercept('room', () => {})).rejects.toThrow('gate');
    await gated.remove();
    await gated.remove();
    await layer().groupSend('room', said(1));
    gated.deliver(said(2));
    expect(atGate).toEqual([]);
    expect(member.heard).toEqual([1]);
    await (await layer().intercept('room', noting(atGate))).remove();
  });

  test('a gate that fails is no error of the sender', async () => {
    await layer().intercept('room', () => {
      throw new Error('on purpose');
    });
    await layer().groupSend('room', said(1));
  });
}
