import { expect, test } from 'bun:test';
import { createMemoryPresence } from '../../channels/presence/memory.ts';
import { RecordingLog } from '../../channels/testing/recording-log.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { roomGroup } from '../layer-events.ts';
import { listIntervalMs, RoomPresence } from './room-presence.ts';

const ROOM = 1;
const NAME_BYTES = 13;

/** A room of so many people; what it is sent, turn by turn. */
async function roomOf(count: number) {
  const presence = createMemoryPresence({ graceMs: 0, log: new RecordingLog() });
  const enter = (name: string) => presence.enter(roomGroup(ROOM), name, name);
  for (let n = 0; n < count; n++) await enter(`guest${n}`);
  const turns: string[][] = [];
  const lists: string[] = [];
  let turn: string[] | null = null;
  const say = (text: string): void => {
    if (turn === null) {
      turn = [];
      turns.push(turn);
      setImmediate(() => {
        turn = null;
      });
    }
    turn.push(typeOf(text));
    if (typeOf(text) === 'user_list') lists.push(text);
  };
  const people = new RoomPresence({ roomId: ROOM, broadcast: say }, presence);
  return { enter, leave: (name: string) => presence.leave(roomGroup(ROOM), name, name), turns, lists, people };
}

function typeOf(text: string): string {
  const { type, user } = JSON.parse(text);
  return user === undefined ? type : `${type} ${user}`;
}

test('S27, S40: in a small room every join is broadcast at once, with the list', async () => {
  const { enter, turns, people } = await roomOf(10);
  await enter('ann');
  await eventually(() => turns, [['user_join ann'], ['user_list']]);
  people.close();
});

test('in a large room the joins and leaves of half a second are broadcast together, in order, the list behind them', async () => {
  const { enter, leave, turns, people } = await roomOf(60);
  // The first list of all waits for nobody.
  await enter('ann');
  await eventually(() => turns, [['user_join ann', 'user_list']]);
  turns.length = 0;
  for (const name of ['dee', 'eli']) {
    await enter(name);
    await new Promise(setImmediate);
  }
  await leave('ann');
  await eventually(() => turns, [['user_join dee', 'user_join eli', 'user_leave ann', 'user_list']]);
  people.close();
});

test('no list that a newcomer receives lacks its name, not even one that was due before it joined', async () => {
  const { enter, lists, people } = await roomOf(0);
  const own: string[] = [];
  const newcomer = {
    isClosed: false,
    send(list: string) {
      own.push(list);
      return 'sent' as const;
    },
  };
  // Both are due by the next turn: in it bob comes, and before it ends ann's list is sent to all, bob among them.
  setTimeout(() => people.addNewcomer(newcomer, () => void enter('bob')), 0);
  await enter('ann');
  await eventually(() => lists.length > 0 && own.length > 0, true);
  expect(new Set([...own, ...lists])).toEqual(new Set(['{"type":"user_list","users":["ann","bob"],"count":2}']));
  people.close();
});

test('in a room of up to 50 every turn may have its list', () => {
  expect([1, 50].map((people) => listIntervalMs(people, people * NAME_BYTES))).toEqual([0, 0]);
});

test('in a room of more there are two a second at most', () => {
  expect([51, 500].map((people) => listIntervalMs(people, people * NAME_BYTES))).toEqual([500, 500]);
});

test('lists of a thousand names for thousands of people leave the line to what people say', () => {
  for (const people of [1_000, 5_000, 50_000]) {
    const bytes = 1_000 * NAME_BYTES;
    const bytesASecond = (people * bytes) / (listIntervalMs(people, bytes) / 1_000);
    expect(bytesASecond).toBeLessThanOrEqual(8.4 * 1024 * 1024);
  }
});
