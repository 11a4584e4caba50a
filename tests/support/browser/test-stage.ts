/** A throw-away Salon with some days of messages, and a browser to look at it with. */
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { bodyAt } from '../json.ts';
import { CuttableProxy } from '../network-cut.ts';
import { logIn, PASSWORD, Person, signUp } from '../person.ts';
import { type Server, startServer, UNTHROTTLED } from '../server.ts';
import { launchBrowser, openUserBrowser, type UserBrowser } from './browser.ts';
import { addCookies } from './browser-user.ts';
import {
  MAIN_USER,
  NOW,
  ROOMS,
  type ScriptedMessage,
  type ScriptedRoom,
  USERS,
  type UserName,
} from './stage-script.ts';

/** The users that are in the first room all the time. */
const SITTING: readonly UserName[] = ['Benoît', 'Chimène', 'דנה', 'edith'];

const HOUR_MS = 3_600_000;

/** Other devices on which the main user is logged in. */
const DEVICES: ReadonlyArray<{ device: string; agent: string; created: string; seen: string }> = [
  { device: 'Safari · iPhone', agent: 'iPhone Safari/604', created: '2026-11-02T08:20Z', seen: '2026-11-23T07:30Z' },
  { device: 'Firefox · Linux', agent: 'Linux Firefox/145', created: '2026-11-16T19:05Z', seen: '2026-11-20T22:10Z' },
];

export interface View {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

export interface TestStage {
  readonly server: Server;
  /** Has never been in a room. */
  readonly newcomer: Person;
  /** Another address of the same server, which can be cut off. */
  readonly proxy: CuttableProxy;
  readonly browser: Browser;
  readonly people: ReadonlyMap<UserName, Person>;
  /** A user who is logged in at the proxy's address. */
  readonly behindProxy: Person;
  /** The slug of the room of this name. */
  slugOf(room: string): string;
  /** A new browser at that time, with the same locale, zone and reduced motion for all; logged in as `who`. */
  openUserBrowser(who: Person | null, view: View): Promise<UserBrowser>;
  close(): Promise<void>;
}

export async function openTestStage(): Promise<TestStage> {
  const options = { args: [...UNTHROTTLED, '--history', '30', '--leave-grace', '0'] };
  const [server, browser] = await Promise.all([startServer(options), launchBrowser()]);
  const people = new Map<UserName, Person>();
  for (const name of USERS) people.set(name, await signUp(server, name));
  const slugs = new Map<string, string>();
  for (const scene of ROOMS) slugs.set(scene.room, await fillRoom(scene, people));
  for (const { agent } of DEVICES) await logInFrom(agent, server);
  await server.terminate();
  setTimes(server.data, slugs);
  await server.start();
  const proxy = await CuttableProxy.to(server.port);
  const sitting = await Promise.all(SITTING.map((name) => known(people, name).open('general')));
  return {
    server,
    proxy,
    browser,
    people,
    newcomer: await signUp(server, 'Ingrid'),
    behindProxy: await logIn(proxy, 'Łukasz Nowak-Wiśniewski'),
    slugOf: (room) => known(slugs, room),
    openUserBrowser: (who, view) => openBrowserAs(who, view, browser),
    close: async () => {
      await browser.close();
      await Promise.all(sitting.map((socket) => socket.close()));
      await proxy.close();
      await server.stop();
    },
  };
}

export function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`not on the stage: ${key}`);
  return value;
}

async function openBrowserAs(
  who: Person | null,
  { width, height, colorScheme }: View,
  browser: Browser,
): Promise<UserBrowser> {
  const one = await openUserBrowser(browser, {
    viewport: { width, height },
    colorScheme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await one.context.clock.setFixedTime(NOW);
  if (who !== null) await addCookies(one.context, who);
  return one;
}

/** Returns the room's slug. */
async function fillRoom(
  { room, topic, messages: lines, read }: ScriptedRoom,
  people: ReadonlyMap<UserName, Person>,
): Promise<string> {
  const heroine = known(people, MAIN_USER);
  const slug = await slugFor(room, heroine);
  if (topic !== '') await heroine.post(`/api/rooms/${encodeURIComponent(slug)}`, { topic });
  for (const line of lines)
    await known(people, line.author).post(`/api/rooms/${encodeURIComponent(slug)}/messages`, { message: line.text });
  for (const [at, line] of lines.entries()) if (line.editedText !== undefined) await edit(slug, at + 1, line, people);
  await markRead(slug, read, heroine);
  return slug;
}

async function slugFor(room: string, maker: Person): Promise<string> {
  if ((await maker.get(`/api/rooms/${encodeURIComponent(room)}`)).ok) return room;
  return String(await bodyAt(await maker.post('/api/rooms', { name: room }), 'room', 'slug'));
}

async function edit(
  slug: string,
  seq: number,
  line: ScriptedMessage,
  people: ReadonlyMap<UserName, Person>,
): Promise<void> {
  const socket = await known(people, line.author).open(encodeURIComponent(slug));
  await socket.next('live');
  socket.send({ type: 'edit', seq, message: line.editedText, nonce: `edit-${seq}` });
  await socket.next('message_changed');
  await socket.close();
}

async function markRead(slug: string, seq: number, who: Person): Promise<void> {
  if (seq === 0) return;
  const [one, other] = [await who.open(encodeURIComponent(slug)), await who.open(encodeURIComponent(slug))];
  await Promise.all([one.next('live'), other.next('live')]);
  one.send({ type: 'read', seq });
  await other.next('read');
  await Promise.all([one.close(), other.close()]);
}

async function logInFrom(agent: string, server: Server): Promise<void> {
  const fields = { username: MAIN_USER, password: PASSWORD };
  const answer = await new Person(server, MAIN_USER).post('/account/login', fields, { 'user-agent': agent });
  if (!answer.ok) throw new Error(`${MAIN_USER} could not sign in: ${answer.status}`);
}

/** Messages sent within a second get the times of the script. The server must not be running. */
function setTimes(data: string, slugs: ReadonlyMap<string, string>): void {
  using db = new Database(join(data, 'salon.db'));
  const update = db.prepare(`UPDATE messages SET created_at = ?, edited_at = edited_at - created_at + ?
    WHERE seq = ? AND room_id = (SELECT id FROM rooms WHERE slug = ?)`);
  for (const { room, messages: lines } of ROOMS) {
    for (const [at, line] of lines.entries()) {
      const ms = Date.parse(`${line.at}Z`);
      update.run(ms, ms, at + 1, known(slugs, room));
    }
  }
  setSessions(db);
}

/** The session of the pictures began an hour ago, on a browser like the one that takes them. */
function setSessions(db: Database): void {
  const set = db.prepare('UPDATE sessions SET created_at = ?, seen_at = ? WHERE device = ?');
  for (const { device, created, seen } of DEVICES) set.run(Date.parse(created), Date.parse(seen), device);
  db.run("UPDATE sessions SET created_at = ?, device = 'Chrome · Linux' WHERE device = ''", [NOW.getTime() - HOUR_MS]);
}
