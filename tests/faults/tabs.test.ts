import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Person, signUp } from '../support/person.ts';
import { Random } from '../support/random.ts';
import type { Frame, RoomSocket } from '../support/room-socket.ts';
import { seedOfThisRun } from '../support/seeded-random.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let ann: Person;
let bob: Person;
let cy: Person;

beforeAll(async () => {
  server = await startServer({ args: [...UNTHROTTLED, '--leave-grace', '0.5'] });
  ann = await signUp(server, 'ann');
  bob = await signUp(server, 'bob');
  cy = await signUp(server, 'cy');
});

afterAll(() => server.stop());

async function open(person: Person, room: string): Promise<RoomSocket> {
  const socket = await person.open(room);
  await socket.next('live');
  return socket;
}

const linesOf = (socket: RoomSocket, name: string): string[] =>
  socket.frames.filter(({ type, user }) => /^user_(join|leave)$/.test(type) && user === name).map(({ type }) => type);
const says =
  (text: string) =>
  ({ message }: Frame): boolean =>
    message === text;

for (const count of [2, 20]) {
  test(`S44: ${count} tabs of one person are one in the list, show what each of them says, and go with the last, in whatever order`, async () => {
    const room = count === 2 ? 'general' : 'random';
    const random = new Random(seedOfThisRun());
    const watcher = await open(ann, room);
    const tabs = await Promise.all(Array.from({ length: count }, () => open(bob, room)));
    await watcher.next((frame) => frame.type === 'user_list' && frame.count === 2);
    tabs[0]?.send({ message: 'from the first' });
    tabs.at(-1)?.send({ message: 'from the last' });
    for (const tab of tabs) {
      const received = [await tab.next('chat_message'), await tab.next('chat_message')].map(({ message }) => message);
      expect(received.toSorted()).toEqual(['from the first', 'from the last']);
    }
    while (tabs.length > 1) {
      const [tab] = tabs.splice(random.below(tabs.length), 1);
      await (random.chance(1 / 2) ? tab?.cut() : tab?.close());
    }
    await joinAndLeave(watcher, room);
    tabs[0]?.send({ message: 'still here' });
    await watcher.next(says('still here'));
    expect(linesOf(watcher, 'bob')).toEqual(['user_join']);
    await tabs[0]?.close();
    await watcher.next('user_leave');
    expect(linesOf(watcher, 'bob')).toEqual(['user_join', 'user_leave']);
    expect((await watcher.next((frame) => frame.type === 'user_list' && frame.count === 1)).users).toEqual(['ann']);
    await watcher.close();
  });
}

/** Somebody who leaves later than others, and is seen to be gone: by then so would they be. */
async function joinAndLeave(watcher: RoomSocket, room: string): Promise<void> {
  const visit = await open(cy, room);
  await visit.close();
  await watcher.next((frame) => frame.type === 'user_leave' && frame.user === 'cy');
}
