import { expect, test } from 'bun:test';
import { layerContract } from '../testing/layer-contract.ts';
import { RecordingLog } from '../testing/recording-log.ts';
import { createMemoryLayer } from './memory.ts';

layerContract('the memory layer', async () => createMemoryLayer(new RecordingLog()));

test('a receiver that fails is logged in one line', async () => {
  const log = new RecordingLog();
  const layer = createMemoryLayer(log);
  const channel = layer.newChannel(() => {
    throw new Error('on purpose');
  });
  await layer.send(channel, { type: 'message' });
  expect(log.lines).toHaveLength(1);
  expect(log.lines[0]).toContain('on purpose');
  await layer.stop();
});

test('after stop no channel receives anything, and nothing throws', async () => {
  const layer = createMemoryLayer(new RecordingLog());
  const received: string[] = [];
  const channel = layer.newChannel(({ type }) => received.push(type));
  await layer.groupAdd('room', channel);
  await layer.stop();
  await layer.stop();
  await layer.groupSend('room', { type: 'message' });
  await layer.send(channel, { type: 'message' });
  expect(received).toEqual([]);
});
