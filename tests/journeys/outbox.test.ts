import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { UserBrowser } from '../support/browser/browser.ts';
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
  seesLoggedAs,
  seesMessage,
  sendMessage,
  toFront,
} from '../support/browser/browser-user.ts';
import {
  isMessageBoxFocused,
  type KillableBrowser,
  messageBox,
  withKillableBrowser,
} from '../support/browser/composer-page.ts';
import { interceptFrames, WITHHOLD_MESSAGES } from '../support/browser/frame-interception.ts';
import { loadEarlier, seesOffline, seesTexts, texts, topOf } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { bodyAt } from '../support/json.ts';
import { launchOnLan, onLan } from '../support/lan.ts';
import { logIn as logInByWire, type Person, signUp as signUpByWire } from '../support/person.ts';
import { type Server, startServer } from '../support/server.ts';

let server: Server;
let lan: { readonly url: string };
let browser: Browser;
let host: Person;
let ann: Guest;
/** A new one for every test. */
let room: string;
let guests: UserBrowser[];
let count = 0;

beforeAll(async () => {
  // A burst of twenty, as everywhere, and then a rate so low that every machine exceeds it.
  const args = ['--throttle', 'off', '--message-burst', '20', '--message-rate', '4'];
  [server, browser] = await Promise.all([startServer({ args }), launchOnLan()]);
  lan = onLan(server);
  [host, ann] = await Promise.all([signUpByWire(server, 'host'), newGuest('ann', browser, server)]);
});

beforeEach(async () => {
  guests = [];
  room = String(await bodyAt(await host.post('/api/rooms', { name: `outbox ${++count}` }), 'room', 'slug'));
});

afterEach(async () => {
  await Promise.all(guests.map((guest) => guest.close()));
  expect(ann.pageErrors).toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** A user for this test alone. */
async function newUser(): Promise<Guest> {
  const guest = await newGuest(`stranger ${count}`, browser, server);
  guests.push(guest);
  return guest;
}

const numbered = (word: string, most: number): string[] =>
  Array.from({ length: most }, (_, index) => `${word} ${index + 1}`);

async function sendAll(page: Page, all: readonly string[]): Promise<void> {
  for (const text of all) await sendMessage(page, text);
}

/** The stored messages of the room, in order. */
async function stored(): Promise<string[]> {
  const messages = await bodyAt(await host.get(`/api/rooms/${room}/messages?limit=200`), 'messages');
  return Array.isArray(messages) ? messages.map(({ message }) => String(message)) : [];
}

/** Resolves when so many messages are stored on the device, for the next page. */
async function areStored(page: Page, many: number): Promise<void> {
  const asked = `new Promise((answer) => {
    const request = indexedDB.open('salon');
    request.onsuccess = () => {
      const all = request.result.transaction('kept').objectStore('kept').getAllKeys();
      all.onsuccess = () => {
        request.result.close();
        answer(all.result.filter(([, key]) => key.startsWith('outbox/')).length);
      };
    };
  })`;
  await eventually(() => page.evaluate(asked), many);
}

/** The texts that were ever shown as waiting, recorded by the page itself. */
async function notesWaiting(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    globalThis.salonWaited = [];
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('.message.waiting .text'))
        if (!globalThis.salonWaited.includes(row.textContent)) globalThis.salonWaited.push(row.textContent);
    }).observe(document, { childList: true, subtree: true });
  `);
}

/** Ann writes while offline, and her browser is killed. */
async function writesOffline(killable: KillableBrowser, all: readonly string[]): Promise<void> {
  const context = await killable.start();
  await addCookies(context, ann.person);
  const page = await context.newPage();
  await enterRoom(page, server, room);
  await server.kill9();
  await seesOffline(page);
  await sendAll(page, all);
  await areStored(page, all.length);
  await killable.kill();
  await server.start();
}

async function restartBrowser(killable: KillableBrowser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await killable.start();
  await addCookies(context, ann.person);
  await notesWaiting(context);
  return { context, page: await context.newPage() };
}

test('written while the server was down, then the browser was killed: the next page delivers it, once and in order', async () => {
  const all = numbered('into the dark', 5);
  await withKillableBrowser(async (killable) => {
    await writesOffline(killable, all);
    const { page } = await restartBrowser(killable);
    await page.goto(`${server.url}/chat/${room}`);
    await isLive(page);
    await sendMessage(page, 'and in the light');
    await seesTexts(page, [...all, 'and in the light']);
    await eventually(() => page.locator('.message.waiting').count(), 0);
    expect(await page.evaluate('globalThis.salonWaited')).toEqual(expect.arrayContaining(all));
    expect(await stored()).toEqual([...all, 'and in the light']);
    await areStored(page, 0);
  });
});

test('the same from a page of another room: what waits needs no visit to be sent', async () => {
  const all = numbered('from elsewhere', 3);
  await withKillableBrowser(async (killable) => {
    await writesOffline(killable, all);
    const { page } = await restartBrowser(killable);
    await page.goto(`${server.url}/chat`);
    await eventually(stored, all);
    await areStored(page, 0);
    await page.click(`#rooms [data-room="${room}"]`);
    await seesTexts(page, all);
  });
});

test('the server is killed while one reads above and writes: the line, the words and what was sent are all there', async () => {
  const { page } = await newUser();
  for (const text of numbered('paragraph', 12)) {
    await host.post(`/api/rooms/${room}/messages`, { message: `${text}${'\nand on'.repeat(5)}` });
  }
  await enterRoom(page, server, room);
  await markPage(page);
  await loadEarlier(page);
  await seesMessage(page, `paragraph 1${'\nand on'.repeat(5)}`);
  await server.kill9();
  await seesOffline(page);
  await sendMessage(page, 'sent in vain');
  await page.evaluate(`void (document.querySelector('#messages').scrollTop = 60)`);
  await messageBox(page).pressSequentially('half a');
  const paragraph = `paragraph 2${'\nand on'.repeat(5)}`;
  const before = await topOf(page, paragraph);
  await server.start();
  await messageBox(page).pressSequentially(' sentence');
  await isLive(page);
  await seesMessage(page, 'sent in vain');
  expect({ top: await topOf(page, paragraph), text: await messageBox(page).inputValue() }).toEqual({
    top: before,
    text: 'half a sentence',
  });
  expect({ inBox: await isMessageBoxFocused(page), same: await isPageMarked(page) }).toEqual({
    inBox: true,
    same: true,
  });
  expect((await stored()).filter((text) => text === 'sent in vain')).toHaveLength(1);
});

test('two tabs write without a network and one is closed: the other shows both, and delivers all of it once', async () => {
  const { context, page: a } = await newUser();
  const b = await context.newPage();
  for (const page of [a, b]) await enterRoom(page, server, room);
  await context.setOffline(true);
  for (const page of [a, b]) await seesOffline(page);
  await toFront(a);
  await sendAll(a, ['a 1', 'a 2']);
  await toFront(b);
  await sendAll(b, ['b 1', 'b 2']);
  await areStored(b, 4);
  for (const page of [a, b]) await seesTexts(page, ['a 1', 'a 2', 'b 1', 'b 2']);
  await a.close();
  await context.setOffline(false);
  await eventually(() => b.locator('#messages .message.waiting').count(), 0);
  const shown = await texts(b);
  expect(await stored()).toEqual(shown);
  expect([...shown].sort()).toEqual(['a 1', 'a 2', 'b 1', 'b 2']);
  for (const word of ['a', 'b']) expect(shown.filter((text) => text.startsWith(word))).toEqual(numbered(word, 2));
  await areStored(b, 0);
});

test('what was sent in one tab waits in no other: logging out there asks about nothing', async () => {
  const { context, page: a } = await newUser();
  const b = await context.newPage();
  await enterRoom(a, server, room);
  await enterRoom(b, server, 'general');
  await context.setOffline(true);
  await Promise.all([a, b].map(seesOffline));
  await toFront(a);
  await sendAll(a, ['one', 'two']);
  await areStored(a, 2);
  await context.setOffline(false);
  await eventually(stored, ['one', 'two']);
  await areStored(b, 0);
  await isLive(b);
  await logOut(b);
  await seesForm(b);
});

test('thirty that were written without a network keep their order though only twenty may go at once', async () => {
  const { context, page } = await newUser();
  await enterRoom(page, server, room);
  await context.setOffline(true);
  await seesOffline(page);
  const all = numbered('line', 30);
  await sendAll(page, all);
  await areStored(page, all.length);
  await context.setOffline(false);
  await eventually(() => page.locator('#messages .message.waiting').count(), 0);
  expect(await texts(page)).toEqual(all);
  expect(await stored()).toEqual(all);
});

test('logging out with unsent messages says that they wait; another user of the device neither sees nor sends them', async () => {
  const { page, name, context } = await newUser();
  const other = await signUpByWire(server, `another ${count}`);
  await interceptFrames(page, WITHHOLD_MESSAGES);
  await enterRoom(page, server, room);
  await sendAll(page, ['mine 1', 'mine 2']);
  await areStored(page, 2);
  await logOut(page);
  const asked =
    '2 messages are not sent yet. If you log out now, they wait on this device until you log in here again.';
  await sees(page, '#leaving-words', asked);
  await page.click('#leave-anyway');
  await seesForm(page);

  await logIn(page, other.name);
  await seesLoggedAs(page, other.name);
  const theirs = await context.newPage();
  await enterRoom(theirs, server, room);
  await sendMessage(theirs, 'theirs');
  await seesTexts(theirs, ['theirs']);
  await eventually(stored, ['theirs']);
  await logOut(theirs);
  await seesForm(theirs);

  // The next page sends it: this one has no rooms.
  await logIn(theirs, name);
  await seesLoggedAs(theirs, name);
  await eventually(stored, ['theirs', 'mine 1', 'mine 2']);
  await enterRoom(theirs, server, room);
  await seesTexts(theirs, ['theirs', 'mine 1', 'mine 2']);
});

test('a message that waits when the session ends is sent after the next log-in, in a new tab', async () => {
  const { page, name, context } = await newUser();
  await enterRoom(page, server, room);
  await context.setOffline(true);
  await seesOffline(page);
  await sendMessage(page, 'before it ended');
  await areStored(page, 1);
  await (await logInByWire(server, name)).post('/account/sessions/end', { others: true });
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(`${server.url}/chat/${room}`);
  await seesForm(again);
  await logIn(again, name);
  await isLive(again);
  await seesTexts(again, ['before it ended']);
  await eventually(stored, ['before it ended']);
});

/** The session ends while a message waits; the page stays open, and the user logs in again in a new tab, as it says. */
async function logsInAgainElsewhere(at: { readonly url: string }): Promise<{ first: Page; second: Page }> {
  const { page: first, name, context, person } = await newUser();
  await addCookies(context, person.at(at));
  await enterRoom(first, at, room);
  await context.setOffline(true);
  await seesOffline(first);
  await sendMessage(first, 'before it ended');
  await areStored(first, 1);
  await (await logInByWire(server, name)).post('/account/sessions/end', { others: true });
  await context.setOffline(false);
  const [second] = await Promise.all([context.waitForEvent('page'), first.click('#notice-link')]);
  await seesForm(second);
  await logIn(second, name);
  await isLive(second);
  return { first, second };
}

test('what a tab that was logged out still has is sent after the next log-in, also while that tab is open', async () => {
  const { first, second } = await logsInAgainElsewhere(server);
  await seesTexts(second, ['before it ended']);
  await eventually(stored, ['before it ended']);
  // Nobody has looked at the first tab meanwhile.
  await eventually(() => first.locator('#messages .message.waiting').count(), 0);
  await sees(first, '#status', 'up to date');
  expect(await first.locator('#notice').isVisible()).toBe(false);
  expect(await texts(first)).toEqual(['before it ended']);
});

test('the same on http://<LAN address>, where there are no locks', async () => {
  const { first, second } = await logsInAgainElsewhere(lan);
  await seesTexts(second, ['before it ended']);
  await eventually(stored, ['before it ended']);
  await eventually(() => first.locator('#messages .message.waiting').count(), 0);
});

test('on http://<LAN address>, where there are no locks, a tab that is left leaves what it wrote to the other', async () => {
  const { context, page: a, person } = await newUser();
  await addCookies(context, person.at(lan));
  const b = await context.newPage();
  for (const page of [a, b]) await enterRoom(page, lan, room);
  expect(await a.evaluate('typeof navigator.locks')).toBe('undefined');
  await context.setOffline(true);
  for (const page of [a, b]) await seesOffline(page);
  await toFront(a);
  await sendAll(a, ['a 1', 'a 2']);
  await areStored(a, 2);
  await seesTexts(b, ['a 1', 'a 2']);
  await a.close();
  await context.setOffline(false);
  await eventually(stored, ['a 1', 'a 2']);
  await seesTexts(b, ['a 1', 'a 2']);
  await eventually(() => b.locator('#messages .message.waiting').count(), 0);
});
