import { expect, test } from 'bun:test';
import { presenceContract } from '../testing/presence-contract.ts';
import { RecordingLog } from '../testing/recording-log.ts';
import { createMemoryPresence } from './memory.ts';

presenceContract('memory', async ({ graceMs }) => createMemoryPresence({ graceMs, log: new RecordingLog() }));

test('after stop no person is present and no watcher is called', async () => {
  const presence = createMemoryPresence({ graceMs: 0, log: new RecordingLog() });
  const groups: string[] = [];
  presence.watchAll((group) => groups.push(group));
  await presence.enter('room', 'alice', 'tab-1');
  await presence.leave('room', 'alice', 'tab-1');
  await presence.stop();
  await presence.enter('room', 'bob', 'tab-2');
  await Bun.sleep(5);
  expect(groups).toEqual(['room']);
  expect(presence.people('room')).toEqual([]);
});
