import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/browser.ts';
import {
  enterRoom,
  inRoom,
  isLive,
  isPageMarked,
  makeRoom,
  markPage,
  roomRow,
  sees,
  seesForm,
  seesMessage,
  sendMessage,
} from '../support/browser/browser-user.ts';
import { joined, messageRow, seesLines, seesPeople, topOf } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const PHONE = { width: 320, height: 640 };

let server: Server;
let browser: Browser;
let bob: Person;
let ann: Guest;
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  bob = await signUp(server, 'bob');
  for (const name of ['Café Été', 'Book club']) await bob.post('/api/rooms', { name });
});

beforeEach(async () => {
  ann = await newGuest(`ann ${++count}`, browser, server);
});

afterEach(() => ann.close());

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** The id of the focused element. */
const focus = (page: Page): Promise<unknown> => page.evaluate('document.activeElement.id');
const isOpen = (page: Page, dialog: string): Promise<boolean> => page.locator(dialog).isVisible();
const options = (page: Page): Promise<string[]> => page.locator('#switcher-list .name').allTextContents();

/** The rooms that exist from the start: the page fetches them once it is up to date. */
async function seesRooms(page: Page): Promise<void> {
  for (const name of ['General', 'Random', 'Help', 'Café Été', 'Book club']) await roomRow(page, name).waitFor();
}

test('Ctrl-K, a few letters without their accents, Enter: one is in the room; Esc leads back to what one wrote', async () => {
  const { page } = ann;
  await enterRoom(page, server, 'general');
  await seesRooms(page);
  await page.keyboard.type('half a sentence');
  await page.keyboard.press('Control+k');
  expect(await focus(page)).toBe('switcher-box');
  expect((await options(page)).at(-1)).toBe('General');
  await page.keyboard.press('Escape');
  await eventually(() => focus(page), 'message');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ete');
  expect(await options(page)).toEqual(['Café Été']);
  await page.keyboard.press('Enter');
  await inRoom(page, 'Café Été');
  await page.keyboard.press('Control+k');
  expect((await options(page))[0]).toBe('General');
  await page.keyboard.type('no such room');
  await sees(page, '#switcher-none', 'No room has this name.');
  await page.keyboard.press('Enter');
  await page.fill('#switcher-box', 'l');
  await page.keyboard.press('ArrowUp');
  const chosen = await page.locator('.option[aria-selected="true"]').getAttribute('id');
  expect(await page.getAttribute('#switcher-box', 'aria-activedescendant')).toBe(chosen);
});

test('an unread room is the first in the switcher, and Alt-Shift-arrow goes there; Alt-arrow goes through all', async () => {
  const { page } = ann;
  await enterRoom(page, server, 'general');
  await seesRooms(page);
  await bob.post('/api/rooms/random/messages', { message: 'news' });
  await roomRow(page, 'Random').locator('.unread-mark').waitFor();
  await page.keyboard.press('Control+k');
  expect((await options(page))[0]).toBe('Random');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+Shift+ArrowDown');
  await inRoom(page, 'Random');
  const names = await page.locator('#rooms .name').allTextContents();
  await page.keyboard.press('Alt+ArrowUp');
  await inRoom(page, names[names.indexOf('Random') - 1] ?? '');
  await page.keyboard.press('Alt+ArrowDown');
  await inRoom(page, 'Random');
});

test('a question mark shows the keys, except where one writes; Esc closes only what lies on top', async () => {
  const { page } = ann;
  await page.setViewportSize(PHONE);
  await enterRoom(page, server, 'general');
  await page.locator('#message').press('?');
  expect([await isOpen(page, '#shortcuts'), await page.inputValue('#message')]).toEqual([false, '?']);
  await page.click('#show-rooms');
  // A pane that slides in is visible from its first frame on.
  await page.locator('#rooms-pane').waitFor();
  await page.keyboard.press('?');
  expect(await isOpen(page, '#shortcuts')).toBe(true);
  await page.keyboard.press('Escape');
  await page.locator('#shortcuts').waitFor({ state: 'hidden' });
  expect(await isOpen(page, '#rooms-pane')).toBe(true);
  await page.keyboard.press('Escape');
  await page.locator('#rooms-pane').waitFor({ state: 'hidden' });
});

test('at 320 px the rooms and the people come in from the sides, by keys alone, and the conversation does not move', async () => {
  const { page } = ann;
  await page.setViewportSize(PHONE);
  // A room of its own: the users of the tests before still leave theirs.
  await bob.post('/api/rooms', { name: 'Drawers' });
  for (let at = 0; at < 30; at++) await bob.post('/api/rooms/drawers/messages', { message: `line ${at}` });
  await enterRoom(page, server, 'drawers');
  await messageRow(page, 'line 29').waitFor();
  // A line below the newest message moves it.
  await seesLines(page, joined(ann.name));
  const before = await topOf(page, 'line 29');
  for (const [button, pane] of [
    ['#show-rooms', '#rooms-pane'],
    ['#show-people', '#people-pane'],
  ] as const) {
    await page.focus(button);
    await page.keyboard.press('Enter');
    await page.locator(pane).waitFor();
    expect(await page.getAttribute(button, 'aria-expanded')).toBe('true');
    for (let step = 0; step < 25; step++) {
      const isInside = `document.querySelector('${pane}').contains(document.activeElement) || document.activeElement === document.body`;
      expect(await page.evaluate(isInside)).toBe(true);
      await page.keyboard.press('Tab');
    }
    expect(await topOf(page, 'line 29')).toBe(before);
    await page.keyboard.press('Escape');
    await page.locator(pane).waitFor({ state: 'hidden' });
    expect([`#${await focus(page)}`, await page.getAttribute(button, 'aria-expanded')]).toEqual([button, 'false']);
  }
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
});

test('a tap beside a drawer closes it, a tap on a room goes there, and a wide window has no drawer', async () => {
  const { page } = ann;
  await page.setViewportSize(PHONE);
  await enterRoom(page, server, 'general');
  await page.click('#show-people');
  await seesPeople(page, ann.name);
  await sees(page, '#alone', 'Only you are here.');
  await page.mouse.click(8, 400);
  await page.locator('#people-pane').waitFor({ state: 'hidden' });
  await page.click('#show-rooms');
  await roomRow(page, 'Help').click();
  await page.locator('#rooms-pane').waitFor({ state: 'hidden' });
  await inRoom(page, 'Help');
  await page.click('#show-rooms');
  await page.setViewportSize({ width: 1000, height: 640 });
  await page.locator('#backdrop').waitFor({ state: 'hidden' });
  await page.click('#message');
  await roomRow(page, 'General').click();
  await inRoom(page, 'General');
});

test('who made a room gives it another name and a topic, everybody sees it at once, and nobody else may', async () => {
  const { page } = ann;
  const other = await newGuest(`other ${count}`, browser, server);
  await enterRoom(page, server, 'general');
  await makeRoom(page, 'Frist', 'what it is about');
  await inRoom(page, 'Frist');
  await enterRoom(other.page, server, 'frist');
  await sees(other.page, '#topic', 'what it is about');
  await page.click('#about-room');
  await page.fill('#room-form-name', '?');
  await page.keyboard.press('Enter');
  await sees(page, '#room-form-name-error', "A room's name needs a letter or a digit.");
  expect(await page.getAttribute('#room-form-name', 'aria-invalid')).toBe('true');
  await page.fill('#room-form-name', 'First');
  await page.fill('#room-form-topic', 'what it is really about');
  await page.keyboard.press('Enter');
  for (const each of [page, other.page]) {
    await sees(each, '#room-name', 'First');
    await sees(each, '#topic', 'what it is really about');
    await roomRow(each, 'First').waitFor();
    await eventually(async () => (await each.title()).endsWith('First · Salon'), true);
  }
  await eventually(() => isOpen(page, '#room-dialog'), false);
  await other.page.click('#about-room');
  await sees(other.page, '#room-dialog-topic', 'what it is really about');
  expect(await isOpen(other.page, '#room-form')).toBe(false);
  await other.close();
});

test('words of a room’s name and topic that are selected to be copied open nothing; a click on them does', async () => {
  const { page } = ann;
  await enterRoom(page, server, 'general');
  for (const words of ['#room-name', '#topic']) {
    const box = await page.locator(words).boundingBox();
    if (box === null) throw new Error(`${words} is not to be seen`);
    const middle = box.y + box.height / 2;
    await page.mouse.move(box.x + 2, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + 40, middle, { steps: 4 });
    await page.mouse.up();
    expect([words, await isOpen(page, '#room-dialog')]).toEqual([words, false]);
    expect(await page.evaluate('String(getSelection())')).not.toBe('');
    await page.mouse.click(box.x + box.width - 3, middle);
    await eventually(() => isOpen(page, '#room-dialog'), true);
    await page.keyboard.press('Escape');
    await eventually(() => isOpen(page, '#room-dialog'), false);
  }
});

test('a new room is made in a dialog that says under the field what is wrong, and gives the focus back', async () => {
  const { page } = ann;
  await page.goto(`${server.url}/chat`);
  await isLive(page);
  await page.locator('#first-visit').waitFor();
  const opener = page.locator('#lobby .open-new-room');
  await opener.click();
  await page.keyboard.type('general');
  await page.keyboard.press('Enter');
  await sees(page, '#new-room-error', 'There is a room of this name already.');
  expect(await focus(page)).toBe('new-room-name');
  await page.keyboard.press('Escape');
  await eventually(() => opener.evaluate((element) => element.matches(':focus')), true);
  await makeRoom(page, 'made here', 'for this');
  await inRoom(page, 'made here');
  await sees(page, '#topic', 'for this');
  await page.click('a.brand');
  await isLive(page);
  const card = page.locator('#all-rooms [data-room="made-here"]');
  expect(await card.locator('.topic').textContent()).toBe('for this');
  expect(await isOpen(page, '#first-visit')).toBe(false);
});

test('of more people than one list holds, the rest is brought by a button', async () => {
  const { page } = ann;
  const users = ['ann', 'bob', 'cid'];
  await page.routeWebSocket(/\/ws\/chat\//, (socket) => {
    const far = socket.connectToServer();
    far.onMessage((text) => {
      const isList = String(text).includes('"user_list"');
      socket.send(isList ? JSON.stringify({ type: 'user_list', users, count: 6 }) : text);
    });
  });
  await page.route(/\/people\?after=cid$/, (route) => route.fulfill({ json: { users: ['dan', 'eve'], next: 'eve' } }));
  await page.route(/\/people\?after=eve$/, (route) => route.fulfill({ json: { users: ['fay'], next: null } }));
  await enterRoom(page, server, 'general');
  for (const words of ['and 3 more', 'and 1 more']) {
    await sees(page, '#more-people', words);
    await page.click('#more-people');
  }
  await seesPeople(page, ...users, 'dan', 'eve', 'fay');
  expect(await isOpen(page, '#more-people')).toBe(false);
});

/** The frames that a page sends, held back until the test releases them. */
class HeldFrames {
  #held: Array<{ readonly text: string; readonly send: () => void }> = [];

  add(text: string, send: () => void): void {
    this.#held.push({ text, send });
  }

  /** Resolves when a message is among them: it is stored on the device and being sent. */
  async hasMessage(): Promise<void> {
    await eventually(() => this.#held.some(({ text }) => text.includes('"chat_message"')), true);
  }

  release(): void {
    for (const { send } of this.#held.splice(0)) send();
  }
}

async function holdFrames(page: Page, comes: (text: string) => string = (text) => text): Promise<HeldFrames> {
  const heldFrames = new HeldFrames();
  await page.routeWebSocket(/\/ws\/chat\//, (socket) => {
    const far = socket.connectToServer();
    socket.onMessage((text) => heldFrames.add(String(text), () => far.send(text)));
    far.onMessage((text) => socket.send(comes(String(text))));
  });
  return heldFrames;
}

test('who logs out while something is not sent is asked; who stays has a page that lives, and what was written is sent', async () => {
  const { page } = ann;
  const heldFrames = await holdFrames(page);
  await enterRoom(page, server, 'random');
  await markPage(page);
  await sendMessage(page, `kept by ${ann.name}`);
  await heldFrames.hasMessage();
  await page.click('#log-out');
  await sees(
    page,
    '#leaving-words',
    'One message is not sent yet. If you log out now, it waits on this device until you log in here again.',
  );
  await page.click('#leaving .close');
  heldFrames.release();
  await seesMessage(page, `kept by ${ann.name}`);
  expect(await isPageMarked(page)).toBe(true);
  await sendMessage(page, 'never sent');
  await page.click('#log-out');
  await page.click('#leave-anyway');
  await seesForm(page);
});

test('a page that is older than its server says so, and is loaded anew only when all is sent', async () => {
  const { page } = ann;
  const heldFrames = await holdFrames(page, (text) => text.replace(/"version":"[^"]*"/, '"version":"99"'));
  await enterRoom(page, server, 'random');
  await markPage(page);
  await sees(page, '#notice-words', 'A new version is available.');
  await sendMessage(page, `before the reload of ${ann.name}`);
  await page.click('#notice-act');
  await sees(page, '#notice-words', 'A new version is available. The page reloads as soon as everything is sent.');
  expect(await isPageMarked(page)).toBe(true);
  const loaded = page.waitForEvent('load');
  await heldFrames.hasMessage();
  heldFrames.release();
  await loaded;
  await seesMessage(page, `before the reload of ${ann.name}`);
  expect(await isPageMarked(page)).toBe(false);
});
