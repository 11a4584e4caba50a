import { beforeEach, expect, test } from 'bun:test';
import { TestClock } from '../../client/testing/clock.ts';
import type { RoomState } from '../../protocol/frames.ts';
import type { ApiResponse } from '../api/response.ts';
import { Rooms } from './rooms.ts';

let clock: TestClock;
let rooms: Rooms;
let listed: Array<(answer: readonly RoomState[] | ApiResponse) => void>;
let asked: string[][];
let why: string[];
let shown: string[];

beforeEach(() => {
  clock = new TestClock();
  [listed, asked, why, shown] = [[], [], [], []];
  const all = (): Promise<readonly RoomState[] | ApiResponse> => new Promise((resolve) => listed.push(resolve));
  const some = async (slugs: readonly string[]): Promise<readonly RoomState[]> => {
    asked.push([...slugs]);
    return slugs.map((slug) => room(slug, { last: 9, head: 9, read: 1, unread: 4, yours: true }));
  };
  rooms = new Rooms(clock, { fetchAll: all, fetchSome: some }, (reason) => why.push(reason));
  rooms.addView({ showRoom: ({ slug, name, unread }, next) => shown.push(`${slug}:${name}:${unread}<${next ?? ''}`) });
});

function room(slug: string, more: Partial<RoomState> = {}): RoomState {
  const empty = { topic: '', people: 0, last: 0, head: 0, read: null, unread: 0, yours: false };
  return { slug, name: slug.toUpperCase(), ...empty, ...more };
}

async function loads(answer: readonly RoomState[] | ApiResponse): Promise<void> {
  const loading = rooms.load();
  listed.shift()?.(answer);
  await loading;
}

const names = (): string[] => rooms.all.map(({ name }) => name);

test('rooms stand in the order of their names, and move when they are given another one', async () => {
  await loads([room('c'), room('a'), room('b')]);
  expect(names()).toEqual(['A', 'B', 'C']);
  rooms.applyRename({ slug: 'a', name: 'bb', topic: 'new' });
  expect(names()).toEqual(['B', 'bb', 'C']);
  expect(rooms.find('a')).toMatchObject({ name: 'bb', topic: 'new' });
  expect(shown.at(-1)).toBe('a:bb:0<c');
  rooms.applyRename({ slug: 'unknown', name: 'x', topic: '' });
  expect(rooms.find('unknown')).toBeNull();
});

test('when all views are updated, each room finds the one that follows it in its place', async () => {
  await loads([room('c'), room('a'), room('b')]);
  shown.length = 0;
  rooms.updateAllViews();
  expect(shown).toEqual(['c:C:0<', 'b:B:0<c', 'a:A:0<b']);
});

test('a change that arrives while the list is being loaded is newer than the list', async () => {
  const loading = rooms.load();
  rooms.applySummaries([{ ...room('a'), name: 'changed', people: 3, last: 2, head: 2 }]);
  listed.shift()?.([room('a', { yours: true, last: 1, head: 1, read: 1 }), room('b')]);
  await loading;
  expect(rooms.find('a')).toMatchObject({ name: 'changed', people: 3, yours: true });
  expect(rooms.find('b')).toMatchObject({ name: 'B' });
});

test('the unread messages of a room that changes are counted by the server and added to the sum', async () => {
  await loads([room('a', { read: 1 }), room('b', { last: 5, head: 5, read: 3, unread: 2 })]);
  rooms.applySummaries([{ ...room('a'), last: 9, head: 9 }]);
  expect(rooms.find('a')?.unread).toBe(0);
  clock.pass(1_000);
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toEqual([['a']]);
  expect(rooms.find('a')).toMatchObject({ unread: 4, yours: true });
  expect([rooms.unreadOutside(null), rooms.unreadOutside('a'), rooms.unreadOutside('b')]).toEqual([6, 2, 4]);
});

test('a list that could not be loaded is reported, until a later attempt succeeds', async () => {
  await loads({ status: 503, body: null });
  await loads([room('a')]);
  expect(why).toEqual([expect.stringContaining('server'), '']);
});

const BUSY = { status: 503, body: null };
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};
const answers = async (answer: readonly RoomState[] | ApiResponse): Promise<void> => {
  listed.shift()?.(answer);
  await settled();
};

test('a list that could not be loaded is requested again, with a growing pause, until it is there', async () => {
  const attempts: number[] = [];
  await loads(BUSY);
  for (let failure = 0; failure < 8; failure++) {
    const from = clock.now();
    while (listed.length === 0 && clock.now() - from < 100_000) clock.pass(1_000);
    attempts.push(clock.now() - from);
    await answers(failure < 7 ? BUSY : [room('a')]);
  }
  for (const [at, pauseMs] of attempts.entries()) {
    const longestMs = Math.min(60_000, 2_000 * 2 ** at);
    expect(pauseMs).toBeGreaterThanOrEqual(longestMs / 2);
    expect(pauseMs).toBeLessThanOrEqual(longestMs + 1_000);
  }
  expect([names(), why.at(-1)]).toEqual([['A'], '']);
  clock.pass(600_000);
  expect(listed).toEqual([]);
});

test('when the connection is back the list is asked for at once, and once', async () => {
  await loads(BUSY);
  rooms.retryNow();
  rooms.retryNow();
  expect(listed).toHaveLength(1);
  await answers(BUSY);
  const loading = rooms.load();
  clock.pass(600_000);
  expect(listed).toHaveLength(1);
  await answers([room('a')]);
  await loading;
  rooms.retryNow();
  expect([names(), listed.length]).toEqual([['A'], 0]);
});

test('the pause is at least the one for which the server asks, and a session that ended is not asked for', async () => {
  await loads({ ...BUSY, retryAfterS: 30 });
  clock.pass(29_000);
  expect(listed).toEqual([]);
  clock.pass(1_000);
  expect(listed).toHaveLength(1);
  await answers({ status: 401, body: null });
  clock.pass(600_000);
  expect(listed).toEqual([]);
});

test('in another history nothing is read any more, and a list from before it is not believed', async () => {
  rooms.setEpoch('first');
  await loads([room('a', { last: 9, head: 9, unread: 3 })]);
  rooms.markRead('a', 9);
  const loading = rooms.load();
  rooms.setEpoch('second');
  listed.shift()?.([room('a', { last: 9, head: 9, read: 9 })]);
  await loading;
  await loads([room('a', { last: 4, head: 4, unread: 2 })]);
  expect(rooms.find('a')?.unread).toBeNull();
});

test('of a room in which one never was no number is told, and it counts nowhere, until one was there', async () => {
  await loads([room('a', { last: 9, head: 9, unread: 7 }), room('b', { last: 5, head: 5, read: 3, unread: 2 })]);
  expect([rooms.find('a')?.unread, rooms.find('b')?.unread, rooms.unreadOutside(null)]).toEqual([null, 2, 2]);
  rooms.markRead('a', 9);
  expect([rooms.find('a')?.unread, rooms.unreadOutside(null)]).toEqual([0, 2]);
});

test('of a room in which one was before anything was said, all that comes is counted', async () => {
  await loads([room('a', { last: 9, head: 9, read: 0, unread: 7 }), room('b')]);
  expect([rooms.find('a')?.unread, rooms.unreadOutside(null)]).toEqual([7, 7]);
  rooms.markRead('b', 0);
  rooms.applyChange('b', { kind: 'new', seq: 1, changed: 1, isMine: false });
  expect([rooms.find('b')?.unread, rooms.unreadOutside(null)]).toEqual([1, 8]);
});

test('a room in which one never was, and in which nobody else said anything, is not marked', async () => {
  await loads([room('empty'), room('of my own', { last: 2, head: 2 })]);
  expect(rooms.all.map(({ unread }) => unread)).toEqual([0, 0]);
});
