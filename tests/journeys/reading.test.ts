import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type UserBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  enterRoom,
  goToRoom,
  isLive,
  logIn,
  sees,
  seesForm,
  seesMessage,
  sendMessage,
  withUserBrowser,
} from '../support/browser/browser-user.ts';
import { hidePage, showPage } from '../support/browser/page-visibility.ts';
import {
  boxView,
  joined,
  left,
  loadEarlier,
  messageRow,
  seesLines,
  seesTexts,
  texts,
} from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { bodyAt } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import type { RoomSocket } from '../support/room-socket.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let host: Person;
/** A new room for every test, and the host's socket in it. */
let room: string;
let hostSocket: RoomSocket | null = null;
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  host = await signUp(server, 'host');
});

beforeEach(async () => {
  room = String(await bodyAt(await host.post('/api/rooms', { name: `reading ${++count}` }), 'room', 'slug'));
  await hostSocket?.close();
  hostSocket = await host.open(room);
  await hostSocket.next('live');
});

afterAll(async () => {
  await hostSocket?.close();
  await browser?.close();
  await server?.stop();
});

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `number ${from + at}`);

async function hostSends(...all: readonly string[]): Promise<void> {
  for (const message of all) hostSocket?.send({ message });
  await hostSocket?.next((frame) => frame.message === all.at(-1));
}

/** A user who is logged in, has no page yet, and has read up to this number. */
async function asReader(
  read: number,
  journey: (page: Page, person: Person, userBrowser: UserBrowser) => Promise<void>,
): Promise<void> {
  const person = await signUp(server, `reader ${count} ${crypto.randomUUID().slice(0, 8)}`);
  if (read > 0) await reads(person, read);
  await withUserBrowser(browser, async (page, userBrowser) => {
    await addCookies(userBrowser.context, person);
    await journey(page, person, userBrowser);
  });
}

async function reads(person: Person, seq: number): Promise<void> {
  const device = await person.open(room);
  await device.next('live');
  device.send({ type: 'read', seq });
  await eventually(async () => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'read'), seq);
  await device.close();
}

/** The distance of an element from the top of the box. */
async function belowTop(page: Page, selector: string): Promise<number> {
  const tops = await Promise.all([page.locator(selector).boundingBox(), page.locator('#messages').boundingBox()]);
  return (tops[0]?.y ?? Number.NaN) - (tops[1]?.y ?? 0);
}

/** A message is marked for three seconds: the page itself records it, since a test on a busy machine looks late. */
async function notesMarks(page: Page): Promise<void> {
  await page.addInitScript(`
    new MutationObserver((changes) => {
      for (const { target } of changes) if (target.matches('.message.target')) target.dataset.wasMarked = 'yes';
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ['class'] });
  `);
}

/** On a page that notes it. */
async function seesMarked(page: Page, seq: number): Promise<void> {
  await page.locator(`.message[data-was-marked][data-seq="${seq}"]`).waitFor();
}

/** Holds back what the server sends, and releases all of it in one piece. */
async function holdServerFrames(page: Page): Promise<{ begin(): void; letGo(texts: number): Promise<void> }> {
  let heldTexts: unknown[] | null = null;
  let deliver = (_: string): void => {};
  await page.routeWebSocket(/\/ws\/chat\//, (near) => {
    const far = near.connectToServer();
    deliver = (text) => near.send(text);
    far.onMessage((text) => {
      if (heldTexts === null) near.send(text);
      else heldTexts.push(...[JSON.parse(String(text))].flat());
    });
  });
  const heldMessages = (): number => JSON.stringify(heldTexts).split('"chat_message"').length - 1;
  return {
    begin: () => {
      heldTexts = [];
    },
    letGo: async (texts) => {
      await eventually(heldMessages, texts);
      deliver(JSON.stringify(heldTexts));
      heldTexts = null;
    },
  };
}

test('what is unread is brought, however much more it is than everybody is shown, with a line above it that counts it', async () => {
  await hostSends(...numbered(1, 90));
  await asReader(20, async (page) => {
    await enterRoom(page, server, room);
    await sees(page, '.new-line', '70 new messages');
    expect((await texts(page)).slice(-71)).toEqual(numbered(20, 90));
    expect(await page.locator('.new-line + .message').getAttribute('data-seq')).toBe('21');
    // The new messages begin in view, and their end is not read yet.
    expect(await belowTop(page, '.new-line')).toBeLessThan(100);
    await page.locator('#below').waitFor();
    await page.click('#below');
    await page.locator('#below').waitFor({ state: 'hidden' });
    await sendMessage(page, 'all read');
    await page.locator('.new-line').waitFor({ state: 'detached' });
  });
});

test('what is new and fits into the box is shown with what is newest, and more that is said before one’s eyes is not counted', async () => {
  await hostSends(...numbered(1, 9));
  await asReader(7, async (page) => {
    await enterRoom(page, server, room);
    await sees(page, '.new-line', '2 new messages');
    expect((await boxView(page)).below).toBe(0);
    expect(await texts(page)).toEqual(numbered(7, 9));
    await hostSends('before my eyes');
    await seesMessage(page, 'before my eyes');
    await sees(page, '.new-line', '2 new messages');
  });
});

test('what had to be brought and is all before one’s eyes counts as read at once, and not when the server happens to speak again', async () => {
  await hostSends(...numbered(1, 9));
  await asReader(2, async (page, person) => {
    // The heartbeat has its own time: the test cannot wait for it.
    await page.routeWebSocket(/\/ws\/chat\//, (near) => {
      const far = near.connectToServer();
      far.onMessage((text) => void (String(text).includes('"type":"heartbeat"') || near.send(text)));
    });
    await enterRoom(page, server, room);
    await seesTexts(page, numbered(1, 9));
    await eventually(async () => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'read'), 9);
  });
});

test('what one writes while one reads far above stays to be seen from its writing on, in one row', async () => {
  await hostSends(...numbered(1, 200));
  await asReader(0, async (page) => {
    await notesMarks(page);
    await page.goto(`${server.url}/chat/${room}/100`);
    await seesMarked(page, 100);
    await isLive(page);
    const heldTexts = Promise.withResolvers<void>();
    await page.route(/messages\?limit=/, async (route) => {
      await heldTexts.promise;
      await route.continue();
    });
    await sendMessage(page, 'from far above');
    const row = page.locator('.message', { hasText: 'from far above' });
    await row.evaluate((node) => node.setAttribute('data-first', 'yes'));
    await hostSocket?.next((frame) => frame.message === 'from far above');
    await page.locator('.message.own:not(.waiting)', { hasText: 'from far above' }).waitFor();
    heldTexts.resolve();
    await page.locator('[data-first="yes"][data-seq="201"]').waitFor();
    expect(await row.count()).toBe(1);
  });
});

test('S32: who was never here is shown the last three, and nothing is new to them', async () => {
  await hostSends(...numbered(1, 60));
  await asReader(0, async (page) => {
    await enterRoom(page, server, room);
    expect(await texts(page)).toEqual(numbered(58, 60));
    expect(await page.locator('.new-line').count()).toBe(0);
  });
});

test('who looks away, or reads above, finds a line above what was said meanwhile', async () => {
  await hostSends(...numbered(1, 30));
  await asReader(30, async (page) => {
    await enterRoom(page, server, room);
    await page.evaluate(`{
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.isAway });
      window.isAway = true;
      document.dispatchEvent(new Event('visibilitychange'));
    }`);
    await hostSends('while you were away', 'and once more');
    await seesMessage(page, 'and once more');
    await page.evaluate(`{
      window.isAway = false;
      document.dispatchEvent(new Event('visibilitychange'));
    }`);
    await sees(page, '.new-line', '2 new messages');
    await loadEarlier(page);
    await seesMessage(page, 'number 1');
    await page.locator('#messages').press('Home');
    await page.locator('#below').waitFor();
    await hostSends('while you read above');
    await eventually(() => page.locator('#below').textContent(), '1 new message');
    expect(await page.locator('.new-line + .message .text').textContent()).toBe('while you read above');
  });
});

test('a room that was read to its end has no line, neither on entering nor when a message comes before one’s eyes', async () => {
  await hostSends(...numbered(1, 3));
  await asReader(3, async (page, person) => {
    await enterRoom(page, server, room);
    await hostSends('before my eyes');
    await seesMessage(page, 'before my eyes');
    await eventually(async () => bodyAt(await person.get(`/api/rooms/${room}`), 'room', 'read'), 4);
    expect(await page.locator('.new-line').count()).toBe(0);
    await goToRoom(page, 'General');
    await hostSends('while you were away');
    await goToRoom(page, `reading ${count}`);
    await sees(page, '.new-line', '1 new message');
    expect(await page.locator('.new-line + .message').getAttribute('data-seq')).toBe('5');
  });
});

test('what one reads on another device moves the line of a page that is not looked at', async () => {
  await hostSends('read');
  await asReader(1, async (page, person) => {
    await enterRoom(page, server, room);
    await hidePage(page);
    await hostSends(...numbered(2, 4));
    await sees(page, '.new-line', '3 new messages');
    await reads(person, 3);
    await sees(page, '.new-line', '1 new message');
    await reads(person, 4);
    await page.locator('.new-line').waitFor({ state: 'detached' });
    await showPage(page);
    expect(await page.locator('.new-line').count()).toBe(0);
  });
});

test('the address of a message opens its room there; from there one goes to the newest, and Back leads to it again', async () => {
  await hostSends(...numbered(1, 200));
  await asReader(0, async (page) => {
    await notesMarks(page);
    await page.goto(`${server.url}/chat/${room}/100`);
    await seesMarked(page, 100);
    expect(await page.locator('.message:focus .text').textContent()).toBe('number 100');
    const [at, height] = [await belowTop(page, '.message[data-seq="100"]'), (await boxView(page)).height];
    expect(at > 0 && at < height).toBe(true);
    expect(await texts(page)).toEqual(numbered(75, 124));
    await hostSends('at the end');
    await eventually(() => page.locator('#below').textContent(), '1 new message');
    await page.click('#below');
    await seesMessage(page, 'at the end');
    expect((await boxView(page)).below).toBe(0);
    expect(new URL(page.url()).pathname).toBe(`/chat/${room}`);

    await page.evaluate(`history.pushState(null, '', '/chat/${room}/150')`);
    await page.evaluate(`dispatchEvent(new PopStateEvent('popstate'))`);
    await seesMarked(page, 150);
    await goToRoom(page, 'Help');
    await page.goBack();
    await seesMarked(page, 150);
    expect(new URL(page.url()).pathname).toBe(`/chat/${room}/150`);
  });
});

test('the address of a message that is gone opens the room where it is newest, and says so', async () => {
  await hostSends(...numbered(1, 80));
  hostSocket?.send({ type: 'delete', seq: 40 });
  await hostSocket?.next((frame) => frame.deleted !== undefined);
  await asReader(0, async (page) => {
    for (const seq of [40, 4711]) {
      await page.goto(`${server.url}/chat/${room}/${seq}`);
      await sees(page, '#message-gone', 'This message no longer exists.');
      await seesMessage(page, 'number 80');
      await eventually(async () => (await boxView(page)).below, 0);
      await isLive(page);
    }
  });
});

test('S22: the address of a message leads to the log-in first, and then to the message', async () => {
  await hostSends(...numbered(1, 100));
  const person = await signUp(server, 'linked to');
  await withUserBrowser(browser, async (page) => {
    await notesMarks(page);
    await page.goto(`${server.url}/chat/${room}/30`);
    await seesForm(page);
    await logIn(page, person.name);
    await seesMarked(page, 30);
    await page.locator('.message[data-seq="30"]:focus').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/chat/${room}/30`);
  });
});

test('a link to a message is copied, with and without the clipboard of a secure page', async () => {
  await hostSends('worth a link');
  await asReader(0, async (page, _, { context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    for (const withheld of ['', 'Reflect.deleteProperty(Navigator.prototype, "clipboard")']) {
      await enterRoom(page, server, room);
      await page.evaluate(`navigator.clipboard.writeText('something else')`);
      await page.evaluate(withheld);
      const row = messageRow(page, 'worth a link');
      await row.hover();
      await row.locator('.copy-link').click();
      await sees(row, '.copy-link', 'Copied');
      await page.fill('#message', '');
      await page.locator('#message').press('ControlOrMeta+v');
      expect(await page.inputValue('#message')).toBe(`${server.url}/chat/${room}/1`);
    }
  });
});

test('new messages of others are read aloud, author first; pages, edits and one’s own are not', async () => {
  await hostSends(...numbered(1, 20));
  await asReader(0, async (page) => {
    await page.addInitScript(`
      window.spoken = [];
      addEventListener('DOMContentLoaded', () => new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) spoken.push(node.textContent);
      }).observe(document.querySelector('#announcer'), { childList: true, subtree: true }));
    `);
    const crowd = await holdServerFrames(page);
    await enterRoom(page, server, room);
    const spoken = (): Promise<unknown> => page.evaluate('window.spoken');
    expect(await page.locator('#messages').getAttribute('aria-live')).toBe('off');
    await loadEarlier(page);
    await seesMessage(page, 'number 1');
    hostSocket?.send({ type: 'edit', seq: 20, message: 'number twenty' });
    await seesMessage(page, 'number twenty');
    await sendMessage(page, 'mine');
    await seesMessage(page, 'mine');
    expect(await spoken()).toEqual([]);
    await hostSends('good morning');
    await eventually(spoken, ['host: good morning']);
    // In one piece, or the first one is read alone when a second has passed.
    crowd.begin();
    await hostSends(...numbered(1, 5).map((text) => `again ${text}`));
    await crowd.letGo(5);
    await eventually(spoken, ['host: good morning', `5 new messages in reading ${count}`]);
  });
});

test('by keyboard one goes from message to message, to what can be done with it, and back to the newest', async () => {
  await asReader(0, async (page) => {
    await enterRoom(page, server, room);
    for (const text of ['first of mine', 'second of mine', 'third of mine']) await sendMessage(page, text);
    await seesMessage(page, 'third of mine');
    await page.locator('#messages .message.waiting').first().waitFor({ state: 'detached' });
    await page.focus('#messages');
    await page.keyboard.press('Tab');
    const focused = (): Promise<unknown> =>
      page.evaluate(`document.activeElement.closest('.message')?.querySelector('.text').textContent ?? null`);
    expect(await focused()).toBe('third of mine');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('first of mine');
    expect(await page.locator('.message:focus').evaluate((row) => row.getAttribute('aria-labelledby'))).not.toBe('');
    await page.keyboard.press('ArrowDown');
    for (const tool of ['delete', 'edit']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.className')).toContain(tool);
    }
    await page.keyboard.press('Enter');
    await page.keyboard.type('!');
    await page.keyboard.press('Enter');
    await seesTexts(page, ['first of mine', 'second of mine!', 'third of mine']);
    await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('second of mine!');
  });
});

/** Joins while the test watches, and stays until its socket is closed. */
async function newcomer(name: string): Promise<RoomSocket> {
  const socket = await (await signUp(server, `${name} of ${count}`)).open(room);
  await socket.next('live');
  return socket;
}

test('S27: the last join stands in full, those before in one line that opens to all of them', async () => {
  await asReader(0, async (page, person) => {
    await enterRoom(page, server, room);
    await seesLines(page, joined(person.name));
    expect(await page.locator('.gathered').count()).toBe(0);
    const sockets = [await newcomer('first'), await newcomer('second')];
    await sees(page, '.gathered > summary', '2 people joined');
    await sees(page, '#lines > .system', joined(`second of ${count}`));
    sockets.push(await newcomer('third'));
    await sees(page, '.gathered > summary', '3 people joined');
    await sees(page, '#lines > .system', joined(`third of ${count}`));
    await page.click('.gathered > summary');
    await sees(page, '.gathered[open] .system', joined(`first of ${count}`));
    await hostSends('between them');
    await seesMessage(page, 'between them');
    await sockets[0]?.close();
    const joinLines = page.locator('#lines > .system');
    await eventually(() => joinLines.allTextContents(), [joined(`third of ${count}`), left(`first of ${count}`)]);
    await sees(page, '.gathered > summary', '3 people joined');
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});

test('what one says in a row stands under one name, also when the first of it is deleted', async () => {
  await hostSends('one', 'two', 'three');
  const other = await (await signUp(server, `other ${count}`)).open(room);
  await other.next('live');
  other.send({ message: 'four' });
  await other.next((frame) => frame.message === 'four');
  await asReader(0, async (page) => {
    await enterRoom(page, server, room);
    await loadEarlier(page);
    await seesTexts(page, ['one', 'two', 'three', 'four']);
    const opening = (): Promise<string[]> => page.locator('.message.opens:has(.face) .text').allTextContents();
    expect(await opening()).toEqual(['one', 'four']);
    hostSocket?.send({ type: 'delete', seq: 1 });
    await seesTexts(page, ['two', 'three', 'four']);
    expect(await opening()).toEqual(['two', 'four']);
    await sees(page, '.day', 'Today');
  });
  await other.close();
});
