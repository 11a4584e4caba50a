import { expect, test } from 'bun:test';
import type { ConnectionState } from '../../client/connection.ts';
import { statusOf } from './status.ts';

test('"up to date" is said of an open connection that has everything, and of nothing else', () => {
  const states: ConnectionState[] = ['connecting', 'open', 'offline', 'signed-out', 'forbidden', 'gone', 'stopped'];
  const good = states.flatMap((state) => [true, false].map((isLive) => ({ state, isLive })));
  const upToDate = good.filter(({ state, isLive }) => statusOf(state, isLive, 0)[1] === 'up to date');
  expect(upToDate).toEqual([{ state: 'open', isLive: true }]);
});

test('while catching up the reader is told how much is to come', () => {
  expect(statusOf('open', false, 312)).toEqual(['busy', 'catching up, 312 to go']);
  expect(statusOf('offline', true, 0)).toEqual(['bad', 'offline, trying again']);
});
