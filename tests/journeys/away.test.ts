import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type UserBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  enterRoom,
  isLive,
  isPageMarked,
  logIn,
  logOut,
  markPage,
  sees,
  seesForm,
  seesMessage,
  sendMessage,
} from '../support/browser/browser-user.ts';
import {
  SocketCounter,
  seesLines,
  seesOffline,
  seesPeople,
  seesTexts,
  systemLines,
  texts,
  watchStatus,
} from '../support/browser/room-page.ts';
import { salon } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { bodyAt } from '../support/json.ts';
import { CuttableProxy } from '../support/network-cut.ts';
import { type Address, type Person, signUp as signUpByWire } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const WAS_SIGNED_OUT =
  'You were logged out: in another tab, on another device, by the administrator, or after a long absence. Log in to come back.';

let server: Server;
/** The proxy between the browsers and the server. */
let proxy: CuttableProxy;
let browser: Browser;
let host: Person;
let ann: Guest;
let bob: Guest;
/** A new one for every test. */
let room: string;
let guests: UserBrowser[];
let tabs: Page[];
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  proxy = await CuttableProxy.to(server.port);
  [host, ann, bob] = await Promise.all([
    signUpByWire(server, 'host'),
    newGuest('ann', browser, server),
    newGuest('bob', browser, server),
  ]);
});

beforeEach(async () => {
  [guests, tabs] = [[], []];
  room = String(await bodyAt(await host.post('/api/rooms', { name: `away ${++count}` }), 'room', 'slug'));
});

afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.close()));
  await Promise.all(guests.map((guest) => guest.close()));
  expect([ann.pageErrors, bob.pageErrors]).toEqual([[], []]);
});

afterAll(async () => {
  await browser.close();
  await proxy.close();
  await server.stop();
});

/** A user for this test alone. */
async function newUser(at: Address = server): Promise<Guest> {
  const guest = await newGuest(`stranger ${count}`, browser, at);
  guests.push(guest);
  return guest;
}

/** One more tab, for this test alone. */
async function newTab({ context }: UserBrowser): Promise<Page> {
  const tab = await context.newPage();
  tabs.push(tab);
  return tab;
}

/** Ann and Bob in new tabs; both know of each other. */
async function bothInRoom(): Promise<{ a: Page; b: Page; sockets: readonly SocketCounter[] }> {
  const [a, b] = await Promise.all([newTab(ann), newTab(bob)]);
  const sockets = [new SocketCounter(a), new SocketCounter(b)];
  await enterRoom(a, server, room);
  await enterRoom(b, server, room);
  for (const page of [a, b]) {
    await seesPeople(page, 'ann', 'bob');
    await markPage(page);
  }
  await seesLines(a, 'ann has joined the chat', 'bob has joined the chat');
  await seesLines(b, 'bob has joined the chat');
  return { a, b, sockets };
}

async function networkComesBack({ context }: UserBrowser): Promise<void> {
  await context.setOffline(true);
  await context.setOffline(false);
}

const numbered = (word: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${word} ${from + index}`);

async function sendAll(page: Page, all: readonly string[]): Promise<void> {
  for (const text of all) await sendMessage(page, text);
}

const DOWN: ReadonlyArray<readonly [how: string, down: () => Promise<unknown>]> = [
  ['is restarted', () => server.terminate()],
  ['is killed', () => server.kill9()],
];

test.each(DOWN)(
  'the server %s while both write: all of it arrives, once, in one order, without a reload',
  async (_, down) => {
    const { a, b, sockets } = await bothInRoom();
    const status = await watchStatus(a);
    const writing = Promise.all([sendAll(a, numbered('ann', 1, 12)), sendAll(b, numbered('bob', 1, 12))]);
    await seesMessage(b, 'ann 3');
    await down();
    await writing;
    await Promise.all([seesOffline(a), seesOffline(b)]);
    await sendAll(a, numbered('ann', 13, 15));
    await server.start();
    await Promise.all([isLive(a), isLive(b)]);
    await sendAll(b, numbered('bob', 13, 15));

    await eventually(() => a.locator('#messages .message:not(.waiting)').count(), 30);
    await eventually(() => b.locator('#messages .message:not(.waiting)').count(), 30);
    const shown = await texts(a);
    expect(await texts(b)).toEqual(shown);
    expect(shown.filter((text) => text.startsWith('ann'))).toEqual(numbered('ann', 1, 15));
    expect(shown.filter((text) => text.startsWith('bob'))).toEqual(numbered('bob', 1, 15));

    expect(await Promise.all([isPageMarked(a), isPageMarked(b)])).toEqual([true, true]);
    expect(await systemLines(a)).toEqual(['ann has joined the chat', 'bob has joined the chat']);
    expect(await systemLines(b)).toEqual(['bob has joined the chat']);
    await Promise.all([seesPeople(a, 'ann', 'bob'), seesPeople(b, 'ann', 'bob')]);
    const statuses = await status();
    expect([statuses[0], statuses.at(-1)]).toEqual(['offline, trying again', 'up to date']);
    expect(sockets.map(({ openNow: now, mostOpen: most }) => ({ now, most }))).toEqual([
      { now: 1, most: 1 },
      { now: 1, most: 1 },
    ]);
  },
);

test('what is written while the server is down is shown waiting, and is delivered once when it is back', async () => {
  const { a, b } = await bothInRoom();
  await server.terminate();
  await seesOffline(a);
  await sendMessage(a, 'into the dark');
  await a.locator('#messages .message.waiting', { hasText: 'into the dark' }).waitFor();
  await server.start();
  await seesMessage(b, 'into the dark');
  await seesMessage(a, 'into the dark');
  await sendMessage(b, 'heard');
  for (const page of [a, b]) await seesTexts(page, ['into the dark', 'heard']);
});

test('S27: who finds the server again as late as a page can after a long fall did not join anew', async () => {
  const tab = await newTab(ann);
  // This page always waits for the longest of the random delays.
  await tab.addInitScript('Math.random = () => 0.999');
  const sockets = new SocketCounter(tab);
  await enterRoom(tab, server, room);
  await seesLines(tab, 'ann has joined the chat');
  await server.kill9();
  await seesOffline(tab);
  for (let failures = 1; failures <= 5; failures++) {
    const { total: made } = sockets;
    await networkComesBack(ann);
    await eventually(() => sockets.total > made && sockets.openNow === 0, true);
  }
  await server.start();
  await isLive(tab);
  await sendMessage(tab, 'here again');
  await seesMessage(tab, 'here again');
  expect(await systemLines(tab)).toEqual(['ann has joined the chat']);
});

test('a reload while the server is up again brings nobody the words that somebody left', async () => {
  const { a, b } = await bothInRoom();
  await server.terminate();
  await Promise.all([seesOffline(a), seesOffline(b)]);
  await server.start();
  await Promise.all([isLive(a), isLive(b)]);
  await b.reload();
  await isLive(b);
  await sendMessage(b, 'here again');
  await seesMessage(a, 'here again');
  expect(await systemLines(a)).toEqual(['ann has joined the chat', 'bob has joined the chat']);
});

test('without a network nothing is lost in either direction, and the page goes on by itself when it is back', async () => {
  // However slow the machine, a user without a network has not left.
  await server.terminate();
  await server.start({ SALON_LEAVE_GRACE: '60' });
  const { a, b, sockets } = await bothInRoom();
  await sendMessage(a, 'before');
  await seesMessage(b, 'before');
  await bob.context.setOffline(true);
  await seesOffline(b);
  await sendMessage(b, 'from far away');
  await b.locator('#messages .message.waiting', { hasText: 'from far away' }).waitFor();
  await sendMessage(a, 'meanwhile');
  await seesMessage(a, 'meanwhile');
  expect(await texts(a)).toEqual(['before', 'meanwhile']);
  await bob.context.setOffline(false);
  for (const page of [a, b]) await seesTexts(page, ['before', 'meanwhile', 'from far away']);
  expect(await isPageMarked(b)).toBe(true);
  expect(await systemLines(a)).toEqual(['ann has joined the chat', 'bob has joined the chat']);
  expect(sockets.map(({ mostOpen: most }) => most)).toEqual([1, 1]);
  await server.restart();
});

test('10,000 messages that were written while the connection was cut are caught up, in order, once; the page says how many are to come', async () => {
  const far = await newUser(proxy);
  const sockets = new SocketCounter(far.page);
  await enterRoom(far.page, proxy, room);
  await markPage(far.page);
  const program = await host.open(room);
  await program.next('live');
  program.send({ message: 'before' });
  await seesMessage(far.page, 'before');

  proxy.cut();
  await seesOffline(far.page);
  await sendMessage(far.page, 'mine');
  const all = numbered('line', 1, 10_000);
  for (const message of all) program.send({ message });
  await program.next((frame) => frame.message === 'line 10000');
  const status = await watchStatus(far.page);
  proxy.restore();
  await isLive(far.page);
  await seesMessage(far.page, 'mine');
  const shown = await texts(far.page);
  expect(shown).toEqual(['before', ...all, 'mine'].slice(-shown.length));
  expect(shown.length).toBeGreaterThan(10);
  const statuses = await status();
  expect(statuses.some((words) => /^catching up, \d+ to go$/.test(words))).toBe(true);
  // Never before it was true.
  expect([statuses.indexOf('up to date'), statuses.at(-1)]).toEqual([statuses.length - 1, 'up to date']);
  await program.next((frame) => frame.message === 'mine');
  expect(await isPageMarked(far.page)).toBe(true);
  expect({ now: sockets.openNow, most: sockets.mostOpen }).toEqual({ now: 1, most: 1 });
  await program.close();
});

test('after more than can be caught up the page begins anew with two pages of them and leads back to the rest', async () => {
  const far = await newUser(proxy);
  await enterRoom(far.page, proxy, room);
  const program = await host.open(room);
  await program.next('live');
  program.send({ message: 'before' });
  await seesMessage(far.page, 'before');
  proxy.cut();
  await seesOffline(far.page);
  const all = numbered('line', 1, 10_005);
  for (const message of all) program.send({ message });
  await program.next((frame) => frame.message === 'line 10005');
  proxy.restore();
  await seesTexts(far.page, all.slice(-103));
  await sees(far.page, '#lines .new-line', 'New messages');
  await far.page.locator('#messages').press('Home');
  await seesTexts(far.page, all.slice(-153));
  await program.close();
});

test('an edit and a deletion that happened while the connection was cut are there when it is back', async () => {
  const far = await newUser(proxy);
  await enterRoom(far.page, proxy, room);
  const program = await host.open(room);
  await program.next('live');
  for (const message of ['kept', 'mended', 'taken back']) program.send({ message });
  await seesTexts(far.page, ['kept', 'mended', 'taken back']);
  proxy.cut();
  await seesOffline(far.page);
  program.send({ type: 'edit', seq: 2, message: 'better' });
  program.send({ type: 'delete', seq: 3 });
  await program.next((frame) => frame.deleted !== undefined);
  proxy.restore();
  await seesTexts(far.page, ['kept', 'better']);
  await program.close();
});

test('logging out in one tab sends the others to the log-in page, which says why, and they stay there', async () => {
  const leaver = await newUser();
  await enterRoom(leaver.page, server, room);
  const other = await leaver.context.newPage();
  await enterRoom(other, server, 'general');
  const sockets = new SocketCounter(leaver.page);
  await logOut(other);
  await seesForm(other);
  await seesForm(leaver.page);
  const { pathname, searchParams } = new URL(leaver.page.url());
  expect([pathname, searchParams.get('next')]).toEqual(['/account', `/chat/${room}`]);
  expect(sockets.total).toBe(0);
  await sees(leaver.page, '#form-error', WAS_SIGNED_OUT);
  expect(await other.locator('#form-error').isVisible()).toBe(false);
  await logIn(leaver.page, leaver.name);
  await isLive(leaver.page);
  expect(new URL(leaver.page.url()).pathname).toBe(`/chat/${room}`);
  await logOut(leaver.page);
  await seesForm(leaver.page);
  expect(await leaver.page.locator('#form-error').isVisible()).toBe(false);
});

test('a user whom the host disables is out at once, and cannot log in again', async () => {
  const outcast = await newUser();
  await enterRoom(outcast.page, server, room);
  expect(await salon(['user', 'disable', outcast.name, '--data', server.data])).toMatchObject({ code: 0 });
  await sees(outcast.page, '#form-error', WAS_SIGNED_OUT);
  await logIn(outcast.page, outcast.name);
  await outcast.page.getByText('Please enter a correct username and password.').waitFor();
});

test('a user who is logged out in the middle of a sentence keeps it, and goes on with it after logging in again', async () => {
  const writer = await newUser();
  await enterRoom(writer.page, server, room);
  await markPage(writer.page);
  await writer.page.fill('#message', 'half a sentence');
  const sockets = new SocketCounter(writer.page);
  await writer.person.post('/account/logout', {});
  await eventually(() => writer.page.locator('#status').textContent(), 'logged out');
  // A network that returns makes a waiting page retry at once: this one must not.
  const asked = writer.page.waitForResponse(/\/account\/me$/);
  await networkComesBack(writer);
  await (await asked).finished();
  expect(await writer.page.inputValue('#message')).toBe('half a sentence');
  expect(await writer.page.locator('#status').textContent()).toBe('logged out');
  expect(sockets.total).toBe(0);

  const opened = writer.context.waitForEvent('page');
  await writer.page.click('#notice-link');
  const other = await opened;
  await logIn(other, writer.name);
  await isLive(other);
  expect(new URL(other.url()).pathname).toBe(`/chat/${room}`);
  await networkComesBack(writer);
  await isLive(writer.page);
  await writer.page.press('#message', 'Enter');
  await seesMessage(other, 'half a sentence');
  expect(await isPageMarked(writer.page)).toBe(true);
});

test('an unsent message is never sent in the name of the user who logged in next: it waits for its author', async () => {
  const [writer, other] = [await newUser(proxy), await signUpByWire(proxy, `somebody else ${count}`)];
  const { page } = writer;
  await enterRoom(page, proxy, room);
  proxy.cut();
  await seesOffline(page);
  await sendMessage(page, 'mine');
  const nowIs = async (person: Person): Promise<void> => {
    await writer.context.clearCookies();
    await addCookies(writer.context, person);
  };
  await nowIs(other);
  proxy.restore();
  await networkComesBack(writer);
  await sees(page, '#status', 'logged out');
  await sees(page, '#notice-words', 'You are logged out. What you wrote stays here:');

  // Messages of a room that is not open are sent by HTTP.
  const refused = page.waitForResponse(/\/account\/me$/);
  const [posted] = await Promise.all([page.waitForResponse(/\/messages$/), page.click('nav a.brand')]);
  expect(posted.status()).toBe(403);
  await (await refused).finished();
  await sees(page, '#status', 'logged out');
  expect(await page.locator('#notice').isVisible()).toBe(true);

  await nowIs(writer.person);
  await networkComesBack(writer);
  await isLive(page);
  await page.locator('#notice').waitFor({ state: 'hidden' });
  await page.click(`#rooms [data-room="${room}"]`);
  await seesMessage(page, 'mine');
  expect(await page.locator('#messages .author').allTextContents()).toEqual([writer.name]);
});

test('S22: a link to a room that is opened while logged out opens the room after logging in', async () => {
  const guest = await newUser();
  await guest.context.clearCookies();
  await guest.page.goto(`${server.url}/chat/${room}`);
  await seesForm(guest.page);
  await logIn(guest.page, guest.name);
  await isLive(guest.page);
  expect(new URL(guest.page.url()).pathname).toBe(`/chat/${room}`);
  await sendMessage(guest.page, 'found it');
  await seesMessage(guest.page, 'found it');
});

test('a tab has one socket, however often its connection is cut and whichever room it goes to', async () => {
  const far = await newUser(proxy);
  const sockets = new SocketCounter(far.page);
  await enterRoom(far.page, proxy, room);
  for (let cut = 1; cut <= 3; cut++) {
    proxy.cut();
    await seesOffline(far.page);
    proxy.restore();
    await isLive(far.page);
  }
  expect({ now: sockets.openNow, most: sockets.mostOpen }).toEqual({ now: 1, most: 1 });
  for (const slug of ['general', 'random', 'help']) await far.page.click(`#rooms [data-room="${slug}"]`);
  await isLive(far.page);
  await eventually(() => sockets.openNow, 1);
});
