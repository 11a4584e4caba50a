import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openUserBrowser, type UserBrowser } from '../support/browser/browser.ts';
import {
  enterRoom,
  isLive,
  isPageMarked,
  logOut,
  markPage,
  openAccount,
  requestsOf,
  sees,
  seesForm,
  seesLoggedAs,
  seesMessage,
  sendMessage,
  signUp,
} from '../support/browser/browser-user.ts';
import {
  boxView,
  joined,
  left,
  loadEarlier,
  messageRow,
  people,
  SocketCounter,
  seesLines,
  seesPeople,
  seesTexts,
  systemLines,
  texts,
  topOf,
} from '../support/browser/room-page.ts';
import { salon } from '../support/command.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { bodyAt } from '../support/json.ts';
import { type Person, signUp as signUpByWire } from '../support/person.ts';
import { type Server, startServer } from '../support/server.ts';

/** As many messages as any test sends at once, and then one a second: slow enough to be seen waiting. */
const BURST = 60;
const SLOWLY = {
  args: ['--throttle', 'off', '--message-rate', '1', '--message-burst', String(BURST)],
  env: { SALON_LEAVE_GRACE: '1' },
};

let server: Server;
let browser: Browser;
let host: Person;
/** Two users, each in their own browser. */
let ann: Guest;
let bob: Guest;
/** A new one for every test. */
let room: string;
let guests: UserBrowser[];
let tabs: Page[];
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer(SLOWLY), launchBrowser()]);
  [host, ann, bob] = await Promise.all([
    signUpByWire(server, 'host'),
    newGuest('ann', browser, server),
    newGuest('bob', browser, server),
  ]);
});

beforeEach(async () => {
  [guests, tabs] = [[], []];
  room = String(await bodyAt(await host.post('/api/rooms', { name: `talk ${++count}` }), 'room', 'slug'));
});

afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.close()));
  await Promise.all(guests.map((guest) => guest.close()));
  expect([ann.pageErrors, bob.pageErrors]).toEqual([[], []]);
});

afterAll(async () => {
  await Promise.all([browser.close(), server.stop()]);
});

async function newContext(): Promise<UserBrowser> {
  const one = await openUserBrowser(browser);
  guests.push(one);
  return one;
}

/** A new user, in the room. */
async function newUser(): Promise<Guest> {
  const guest = await newGuest(`stranger ${count}`, browser, server);
  guests.push(guest);
  await enter(guest);
  return guest;
}

async function enter({ page }: UserBrowser): Promise<void> {
  await enterRoom(page, server, room);
}

async function enterBoth(): Promise<void> {
  await Promise.all([enter(ann), enter(bob)]);
}

/** One more tab, for this test alone. */
async function newTab({ context }: UserBrowser): Promise<Page> {
  const tab = await context.newPage();
  tabs.push(tab);
  return tab;
}

/** A user without a page, who joins and leaves. */
async function joinAndLeave(name: string): Promise<void> {
  const socket = await (await signUpByWire(server, name)).open(room);
  await socket.next('user_list');
  await socket.close();
}

/** Messages of a user who then leaves; at most BURST. */
async function fill(howMany: number, name: string): Promise<string[]> {
  const person = await signUpByWire(server, `${name}-${count}`);
  const all = Array.from({ length: howMany }, (_, index) => `${name} ${index + 1}`);
  for (const message of all) await person.post(`/api/rooms/${room}/messages`, { message, nonce: Bun.randomUUIDv7() });
  return all;
}

test('S18, S26, S29: two people sign up in two browsers, enter a room and talk, over the socket alone', async () => {
  const [a, b] = await Promise.all([newContext(), newContext()]);
  for (const [{ page }, name] of [
    [a, 'Ann Smith'],
    [b, 'Rob'],
  ] as const) {
    await openAccount(page, server);
    await signUp(page, name);
    await seesLoggedAs(page, name);
    await enterRoom(page, server, room);
  }
  const asked = [requestsOf(a.page), requestsOf(b.page)];
  await sendMessage(a.page, 'Hello, Rob!');
  await seesMessage(b.page, 'Hello, Rob!');
  await sendMessage(b.page, 'Hello, Ann!');
  await seesMessage(a.page, 'Hello, Ann!');
  await sendMessage(a.page, '<b>How</b> are you?');
  for (const { page } of [a, b]) {
    await seesTexts(page, ['Hello, Rob!', 'Hello, Ann!', '<b>How</b> are you?']);
    const authors = await page.locator('#messages .message .author').allTextContents();
    expect(authors).toEqual(['Ann Smith', 'Rob', 'Ann Smith']);
  }
  const carried = asked.flat().filter((request) => request.method() === 'POST' || request.url().includes('/messages'));
  expect(carried.map((request) => request.url())).toEqual([]);
});

test('S28, S30: Enter sends and empties the box, Shift+Enter breaks the line, and one writes on without a reload', async () => {
  await enterBoth();
  await markPage(ann.page);
  const box = ann.page.locator('#message');
  await box.pressSequentially('one');
  await box.press('Shift+Enter');
  await box.pressSequentially('two');
  expect(await box.inputValue()).toBe('one\ntwo');
  await box.press('Enter');
  expect(await box.inputValue()).toBe('');
  await seesTexts(bob.page, ['one\ntwo']);
  // What is typed now goes into the box only if it has the focus.
  await ann.page.keyboard.type('three');
  expect(await box.inputValue()).toBe('three');
  await ann.page.click('#send');
  expect(await box.inputValue()).toBe('');
  await seesTexts(bob.page, ['one\ntwo', 'three']);
  await ann.page.keyboard.type('four');
  expect(await box.inputValue()).toBe('four');
  expect(await isPageMarked(ann.page)).toBe(true);
});

test('nothing, and nothing but blanks, is not sent', async () => {
  const tab = await newTab(ann);
  const sent: string[] = [];
  tab.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(String(payload))));
  await enterRoom(tab, server, room);
  await tab.press('#message', 'Enter');
  await sendMessage(tab, ' \n ');
  await sendMessage(tab, 'something');
  await seesMessage(tab, 'something');
  await seesTexts(tab, ['something']);
  expect(sent.filter((frame) => frame.includes('chat_message'))).toHaveLength(1);
});

test('S27, S41, S43: both read who comes and who goes, the newcomer too, in the exact words', async () => {
  await enter(ann);
  await sees(ann.page, '#messages .system', 'ann has joined the chat');
  await seesLines(ann.page, 'ann has joined the chat');
  await sendMessage(ann.page, 'alone');
  const tab = await newTab(bob);
  await enterRoom(tab, server, room);
  for (const page of [ann.page, tab]) await sees(page, '#messages .system', 'bob has joined the chat');
  await seesLines(tab, 'bob has joined the chat');
  await seesLines(ann.page, 'ann has joined the chat', 'bob has joined the chat');
  await sendMessage(tab, 'together');
  await seesMessage(ann.page, 'together');
  await tab.close();
  await sees(ann.page, '#messages .system', 'bob has left the chat');
  await seesLines(ann.page, 'ann has joined the chat', 'bob has joined the chat', 'bob has left the chat');
});

test('S38, S39, S40, S43: the list of people is made anew on every coming and going', async () => {
  await enter(bob);
  await seesPeople(bob.page, 'bob');
  await enter(ann);
  for (const { page } of [ann, bob]) {
    await seesPeople(page, 'ann', 'bob');
    await eventually(() => page.locator('#people-count').textContent(), 'Here now · 2');
  }
  const third = await newUser();
  for (const { page } of [ann, bob, third]) await seesPeople(page, 'ann', 'bob', third.name);
  await bob.page.click('a.brand');
  for (const { page } of [ann, third]) await seesPeople(page, 'ann', third.name);
  expect(await people(bob.page)).toEqual([]);
});

test('S44: who has two tabs is listed once, comes with the first and goes with the last', async () => {
  await enter(bob);
  const [first, second] = [await newTab(ann), await newTab(ann)];
  await enterRoom(first, server, room);
  await enterRoom(second, server, room);
  await seesPeople(second, 'ann', 'bob');
  await sendMessage(second, 'from the second tab');
  for (const page of [first, second, bob.page]) await seesMessage(page, 'from the second tab');
  await first.close();
  // A later leave is announced later: had Ann left, her line would stand above.
  await joinAndLeave('carl');
  const before = [joined('bob'), joined('ann'), joined('carl'), left('carl')];
  await seesLines(bob.page, ...before);
  await seesPeople(bob.page, 'ann', 'bob');
  await second.close();
  await seesLines(bob.page, ...before, left('ann'));
  await seesPeople(bob.page, 'bob');
});

test('S32, S42: who comes in sees the last three messages, oldest first, and no line of who was there before', async () => {
  await fill(5, 'past');
  await enter(ann);
  await seesTexts(ann.page, ['past 3', 'past 4', 'past 5']);
  await seesLines(ann.page, joined('ann'));
  await sendMessage(ann.page, 'new');
  await seesTexts(ann.page, ['past 3', 'past 4', 'past 5', 'new']);
});

test('"Earlier messages" brings what came before, oldest first; near to the beginning more comes by itself, until there is no more', async () => {
  const all = await fill(56, 'past');
  await enter(ann);
  await seesTexts(ann.page, all.slice(-3));
  await ann.page.click('#earlier');
  await seesTexts(ann.page, all.slice(-53));
  await ann.page.locator('#messages').press('Home');
  await seesTexts(ann.page, all);
  await ann.page.locator('#earlier').waitFor({ state: 'hidden' });
});

test('"Earlier messages" is not offered in a room in which everything is shown', async () => {
  await fill(2, 'past');
  await enter(ann);
  await seesTexts(ann.page, ['past 1', 'past 2']);
  expect(await ann.page.locator('#earlier').isVisible()).toBe(false);
});

test('the line one reads keeps its place while earlier messages come in above it', async () => {
  const all = [...(await fill(50, 'old')), ...(await fill(40, 'past'))];
  await enter(ann);
  await loadEarlier(ann.page);
  await seesTexts(ann.page, all.slice(-53));
  const measured = Promise.withResolvers<void>();
  await ann.page.route(/\/messages\?before=/, async (route) => {
    await measured.promise;
    await route.continue();
  });
  // Near the beginning the rest is loaded without asking.
  await ann.page.locator('#messages').press('Home');
  await eventually(() => ann.page.locator('#messages').evaluate((box) => box.scrollTop), 0);
  const before = await topOf(ann.page, 'old 38');
  measured.resolve();
  await seesTexts(ann.page, all);
  expect(Math.abs((await topOf(ann.page, 'old 38')) - before)).toBeLessThanOrEqual(1);
});

test('S45, S46, S47: the box keeps its height, scrolls, and stays at the bottom as messages come', async () => {
  await enterBoth();
  const empty = await boxView(bob.page);
  for (let line = 1; line <= 25; line++) await sendMessage(ann.page, `line ${line}`);
  await seesMessage(bob.page, 'line 25');
  const full = await boxView(bob.page);
  expect(full.height).toBe(empty.height);
  expect(full.content).toBeGreaterThan(full.height);
  for (const { page } of [ann, bob]) await eventually(async () => (await boxView(page)).below, 0);
  const window = bob.page.viewportSize() ?? { width: 1280, height: 720 };
  await bob.page.setViewportSize({ width: 900, height: 400 });
  await eventually(async () => (await boxView(bob.page)).below, 0);
  expect(await bob.page.locator('#below').isVisible()).toBe(false);
  await bob.page.setViewportSize(window);
});

test('S47: who has scrolled up is not moved; a button counts what is new below, and leads there', async () => {
  const all = await fill(40, 'past');
  await enterBoth();
  await loadEarlier(bob.page);
  await seesTexts(bob.page, all);
  await bob.page.locator('#messages').hover();
  await bob.page.mouse.wheel(0, -300);
  const button = bob.page.locator('#below');
  await button.waitFor();
  await eventually(() => button.textContent(), 'To the newest');
  const before = await topOf(bob.page, 'past 30');
  await sendMessage(ann.page, 'first');
  await eventually(() => button.textContent(), '1 new message');
  await sendMessage(ann.page, 'second\nin two lines');
  await sendMessage(ann.page, 'third');
  await eventually(() => button.textContent(), '3 new messages');
  const unread = bob.page.locator(`#rooms [data-room="${room}"] .unread-mark`);
  await unread.waitFor();
  expect(await topOf(bob.page, 'past 30')).toBe(before);
  await button.click();
  await button.waitFor({ state: 'hidden' });
  expect(await unread.isVisible()).toBe(false);
  expect((await boxView(bob.page)).below).toBe(0);
  await sendMessage(ann.page, 'fourth');
  await seesMessage(bob.page, 'fourth');
  expect((await boxView(bob.page)).below).toBe(0);
});

test('S47: who has scrolled up and writes is taken to what was written', async () => {
  await fill(40, 'past');
  await enter(ann);
  await loadEarlier(ann.page);
  await seesMessage(ann.page, 'past 1');
  await messageRow(ann.page, 'past 1').scrollIntoViewIfNeeded();
  await ann.page.locator('#below').waitFor();
  await sendMessage(ann.page, 'mine');
  await seesMessage(ann.page, 'mine');
  await eventually(async () => (await boxView(ann.page)).below, 0);
});

test('one edits a message of one’s own in its place, and everybody reads the new text', async () => {
  await enterBoth();
  for (const text of ['with a slpi', 'after it']) await sendMessage(ann.page, text);
  await seesMessage(bob.page, 'after it');
  expect(await messageRow(bob.page, 'with a slpi').locator('.actions').isVisible()).toBe(false);

  const row = ann.page.locator('#messages .message').first();
  await row.hover();
  await row.locator('.edit').click();
  await row.locator('.editor textarea').fill('given up');
  await row.locator('.editor textarea').press('Escape');
  await seesTexts(ann.page, ['with a slpi', 'after it']);

  await row.hover();
  await row.locator('.edit').click();
  expect(await row.locator('.editor textarea').inputValue()).toBe('with a slpi');
  await row.locator('.editor textarea').fill('without a slip');
  await row.locator('.editor textarea').press('Enter');
  for (const { page } of [ann, bob]) {
    await seesTexts(page, ['without a slip', 'after it']);
    expect(await page.locator('#messages .message .edited:visible').count()).toBe(1);
  }
  await row.locator('.editor').waitFor({ state: 'detached' });
});

test('one deletes a message of one’s own by pressing twice, and it is gone for everybody and for who comes later', async () => {
  await enterBoth();
  for (const text of ['kept', 'regretted']) await sendMessage(ann.page, text);
  await seesTexts(bob.page, ['kept', 'regretted']);
  await seesMessage(ann.page, 'regretted');
  const row = messageRow(ann.page, 'regretted');
  await row.hover();
  // Without the focus, as Safari clicks: leaving the button still cancels the question.
  await row.locator('.delete').dispatchEvent('click');
  await eventually(() => row.locator('.delete').textContent(), 'Really delete?');
  await ann.page.focus('#message');
  await eventually(() => row.locator('.delete').textContent(), 'Delete');
  const places = (): Promise<unknown> =>
    Promise.all(['.edit', '.copy-link'].map((tool) => row.locator(tool).boundingBox()));
  const before = await places();
  await row.locator('.delete').click();
  await eventually(() => row.locator('.delete').textContent(), 'Really delete?');
  expect(await places()).toEqual(before);
  expect(await texts(bob.page)).toEqual(['kept', 'regretted']);
  await row.locator('.delete').click();
  for (const { page } of [ann, bob]) await seesTexts(page, ['kept']);
  await seesTexts((await newUser()).page, ['kept']);
});

test('a message can be edited again after the page had to begin anew while it was being edited', async () => {
  const tab = await newTab(ann);
  await tab.addInitScript(`
    const Known = WebSocket;
    globalThis.WebSocket = class extends Known {
      constructor(address) {
        super(address.replace(/\\?.*/, ''));
      }
    };
  `);
  await enterRoom(tab, server, room);
  await sendMessage(tab, 'with a slpi');
  await seesMessage(tab, 'with a slpi');
  const row = tab.locator('#messages .message');
  const edit = async (): Promise<void> => {
    await row.hover();
    await row.locator('.edit').click();
    await row.locator('.editor').waitFor();
  };
  await edit();
  await tab.evaluate(`void (window.dispatchEvent(new Event('offline')), window.dispatchEvent(new Event('online')))`);
  await row.locator('.editor').waitFor({ state: 'detached' });
  await edit();
  await row.locator('.editor textarea').fill('without a slip');
  await row.locator('.editor textarea').press('Enter');
  await seesTexts(tab, ['without a slip']);
});

test('an administrator deletes what others wrote, and has no say in what it says', async () => {
  const keeper = await newGuest(`keeper ${count}`, browser, server);
  guests.push(keeper);
  const promoted = await salon(['user', 'role', keeper.name, 'administrator', '--data', server.data]);
  expect(promoted.code).toBe(0);
  await Promise.all([enter(keeper), enter(bob)]);
  await sendMessage(bob.page, 'out of place');
  const row = messageRow(keeper.page, 'out of place');
  await row.hover();
  expect(await row.locator('.edit').isVisible()).toBe(false);
  await row.locator('.delete').click();
  await row.locator('.delete').click();
  for (const { page } of [keeper, bob]) await seesTexts(page, []);
});

test('a text of 4,001 characters is not sent: the page says why, and the text stays to be shortened', async () => {
  await enterBoth();
  const most = '😀'.repeat(4_000);
  await sendMessage(ann.page, `${most}x`);
  const error = ann.page.locator('#composer-error');
  await eventually(() => error.textContent(), 'This message is too long: at most 4,000 characters.');
  expect(await error.isVisible()).toBe(true);
  expect(await ann.page.inputValue('#message')).toBe(`${most}x`);
  await ann.page.press('#message', 'Backspace');
  await error.waitFor({ state: 'hidden' });
  await ann.page.press('#message', 'Enter');
  for (const { page } of [ann, bob]) await seesTexts(page, [most]);
});

test('a message that the server refuses says why, and can be sent again or discarded', async () => {
  await enter(bob);
  const tab = await newTab(ann);
  let stretching = true;
  // A page that sends what the server refuses, as one older than its server might.
  await tab.routeWebSocket(/\/ws\/chat\//, (line) => {
    const far = line.connectToServer();
    line.onMessage((text) => far.send(stretching ? String(text).replace('too long', 'x'.repeat(4_001)) : text));
  });
  await enterRoom(tab, server, room);
  await sendMessage(tab, 'too long');
  const refused = tab.locator('#messages .message.refused');
  await refused.waitFor();
  expect(await refused.locator('.why').textContent()).toMatch(/^Not sent: .*4,000 characters/);
  await sendMessage(tab, 'the next one goes');
  await seesTexts(bob.page, ['the next one goes']);

  // A message sent again is a new one: it stands at the end.
  await refused.locator('.retry').click();
  await seesTexts(tab, ['the next one goes', 'too long']);
  await refused.waitFor();
  stretching = false;
  await refused.locator('.retry').click();
  for (const page of [tab, bob.page]) await seesTexts(page, ['the next one goes', 'too long']);

  stretching = true;
  await sendMessage(tab, 'much too long');
  await refused.locator('.discard').click();
  for (const page of [tab, bob.page]) await seesTexts(page, ['the next one goes', 'too long']);
});

test('who writes too fast sees the message waiting, and it is sent by itself, once and in order', async () => {
  await enter(bob);
  const hasty = await newUser();
  const program = await hasty.person.open(room);
  for (let each = 1; each <= BURST; each++) program.send({ message: `fast ${each}` });
  await seesMessage(bob.page, `fast ${BURST}`);
  for (const text of ['patient 1', 'patient 2', 'patient 3']) await sendMessage(hasty.page, text);
  const row = messageRow(hasty.page, 'patient 3');
  expect(await row.locator('.why:visible').textContent()).toBe('waiting…');
  expect(await texts(bob.page)).not.toContain('patient 3');
  const end = [`fast ${BURST}`, 'patient 1', 'patient 2', 'patient 3'];
  for (const { page } of [hasty, bob]) await eventually(async () => (await texts(page)).slice(-4), end);
  await eventually(() => hasty.page.locator('#messages .message.waiting').count(), 0);
  await program.close();
});

test('one’s own message is there at once, waiting, and stays the same line when the server has it', async () => {
  await enterBoth();
  process.kill(server.pid, 'SIGSTOP');
  try {
    await sendMessage(ann.page, 'on its way');
    const row = ann.page.locator('#messages .message.waiting');
    await row.waitFor();
    expect(await row.locator('.text').textContent()).toBe('on its way');
    expect(await row.locator('.author').textContent()).toBe('ann');
    await ann.page.evaluate('void (document.querySelector("#messages .message.waiting").salonMark = 1)');
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await seesMessage(ann.page, 'on its way');
  await seesTexts(ann.page, ['on its way']);
  await seesTexts(bob.page, ['on its way']);
  expect(await ann.page.evaluate('document.querySelector("#messages .message[data-seq]").salonMark')).toBe(1);
  expect(await ann.page.locator('#messages .message.waiting').count()).toBe(0);
});

test('a reload shows what was there, and nobody reads that somebody left', async () => {
  // However slow the machine, a user who reloads the page has not left.
  await server.terminate();
  await server.start({ SALON_LEAVE_GRACE: '4' });
  await enterBoth();
  await seesPeople(bob.page, 'ann', 'bob');
  await sendMessage(ann.page, 'one');
  await sendMessage(ann.page, 'two');
  await seesTexts(bob.page, ['one', 'two']);
  const before = await systemLines(bob.page);
  await ann.page.reload();
  await isLive(ann.page);
  await seesTexts(ann.page, ['one', 'two']);
  expect(await systemLines(ann.page)).toEqual([]);
  await sendMessage(ann.page, 'three');
  await seesTexts(bob.page, ['one', 'two', 'three']);
  await joinAndLeave('dora');
  await seesLines(bob.page, ...before, joined('dora'), left('dora'));
  await server.restart();
});

test('a user who logs out in a room has left it, and does not get back in without logging in', async () => {
  await enter(bob);
  const leaver = await newUser();
  await seesPeople(bob.page, 'bob', leaver.name);
  await logOut(leaver.page);
  await seesForm(leaver.page);
  await seesPeople(bob.page, 'bob');
  await seesLines(bob.page, joined('bob'), joined(leaver.name), left(leaver.name));
  const sockets = new SocketCounter(leaver.page);
  await leaver.page.goto(`${server.url}/chat/${room}`);
  await seesForm(leaver.page);
  expect(new URL(leaver.page.url()).pathname).toBe('/account');
  expect(sockets.total).toBe(0);
});
