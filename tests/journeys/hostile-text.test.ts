import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, type UserBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  enterRoom,
  isLive,
  makeRoom,
  openAccount,
  seesLoggedAs,
  toFront,
  withUserBrowser,
} from '../support/browser/browser-user.ts';
import { joined, loadEarlier, seesTexts, systemLines } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { HOSTILE_TEXTS } from '../support/hostile-text.ts';
import { bodyAt } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let host: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  host = await signUp(server, 'host');
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** A journey on which no text became a script, an element that loads something, or a request to another server. */
async function expectNoHarm(journey: (page: Page, userBrowser: UserBrowser) => Promise<void>): Promise<void> {
  await withUserBrowser(browser, async (page, userBrowser) => {
    const loaded = new Set<string>();
    userBrowser.context.on('request', (request) => loaded.add(new URL(request.url()).host));
    await addCookies(userBrowser.context, host);
    await journey(page, userBrowser);
    for (const each of userBrowser.context.pages()) {
      expect(await each.evaluate('String(window.__xss)')).toBe('undefined');
      expect(
        await each
          .locator(
            'body :is(img:not([src="/icon.svg"]), svg:not(button > svg, .here > svg), iframe, video, base, meta, style)',
          )
          .count(),
      ).toBe(0);
      expect(await each.locator('body :is([onerror], [onload], [onclick], [onfocus], [onmouseover])').count()).toBe(0);
    }
    expect([...loaded]).toEqual([new URL(server.url).host]);
  });
}

test('whatever is written as a message is shown as it was written, to its author and to others', async () => {
  const room = String(await bodyAt(await host.post('/api/rooms', { name: 'messages' }), 'room', 'slug'));
  await expectNoHarm(async (page, { context }) => {
    const other = await context.newPage();
    await enterRoom(page, server, room);
    await enterRoom(other, server, room);
    await toFront(page);
    for (const text of HOSTILE_TEXTS) {
      await page.fill('#message', text);
      await page.press('#message', 'Enter');
    }
    await seesTexts(page, HOSTILE_TEXTS);
    await page.locator('#messages .message.waiting').first().waitFor({ state: 'detached' });
    await seesTexts(other, HOSTILE_TEXTS);
    await page.reload();
    await isLive(page);
    await loadEarlier(page);
    await seesTexts(page, HOSTILE_TEXTS);
  });
});

test('whatever a room is called, its name is shown as it is', async () => {
  const taken = new Set<string>();
  await expectNoHarm(async (page, { context }) => {
    const lobby = await context.newPage();
    for (const each of [page, lobby]) await each.goto(`${server.url}/chat`);
    for (const each of [page, lobby]) await isLive(each);
    await toFront(page);
    for (const name of HOSTILE_TEXTS) {
      if (name.length > 80) continue;
      await makeRoom(page, name);
      await eventually(() => page.locator('#room-name').textContent(), name);
      expect(await page.title()).toBe(`${name} · Salon`.replace(/\s+/g, ' '));
      taken.add(name);
    }
    expect(taken.size).toBeGreaterThanOrEqual(40);
    await eventually(async () => missing(await lobby.locator('#rooms .name').allTextContents(), taken), []);
    await lobby.reload();
    await isLive(lobby);
    await eventually(async () => missing(await lobby.locator('#rooms .name').allTextContents(), taken), []);
  });
});

function missing(shown: readonly string[], expected: Iterable<string>): string[] {
  return [...expected].filter((each) => !shown.includes(each));
}

test('whatever somebody is called, the name is shown as it is: to themselves, in the list, above what they write', async () => {
  const named: Person[] = [];
  for (const name of HOSTILE_TEXTS) named.push(await signUp(server, name));
  await expectNoHarm(async (page) => {
    await enterRoom(page, server, 'help');
    const sockets = await Promise.all(named.map((person) => person.open('help')));
    const names = named.map(({ name }) => name);
    await eventually(async () => missing(await page.locator('#people .name').allTextContents(), names), []);
    await eventually(async () => missing(await systemLines(page), names.map(joined)), []);
    for (const [at, person] of named.entries()) sockets[at]?.send({ message: `I am ${person.name}` });
    await eventually(async () => missing(await page.locator('#messages .author').allTextContents(), names), []);
    for (const row of await page.locator('#messages .message').all()) {
      expect(await row.locator('.text').textContent()).toBe(`I am ${await row.locator('.author').textContent()}`);
    }
    await Promise.all(sockets.map((socket) => socket.close()));
  });
  await expectNoHarm(async (page, { context }) => {
    for (const person of named.filter((_, at) => at % 4 === 0)) {
      await addCookies(context, person);
      await openAccount(page, server);
      expect(await page.locator('#signed-in #who').textContent()).toBe(`Logged as ${person.name}`);
    }
    await page.goto(`${server.url}/chat`);
    expect(await page.locator('.me #who').textContent()).toBe(`Logged as ${named.at(40)?.name}`);
  });
});

const PILE = `a${'\u0301\u0323'.repeat(25)}`;

/** Parts of the page whose text contains a pile of marks that nothing clips within a few pixels of its own lines. */
function unclippedPiles(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      if (!/\\p{M}{2}/u.test(text.data)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { top, bottom, height } = range.getBoundingClientRect();
      if (height === 0) continue;
      let box = text.parentElement;
      while (box !== null && getComputedStyle(box).overflowY === 'visible') box = box.parentElement;
      const clip = box?.getBoundingClientRect();
      if (!(clip?.top > top - 16 && clip?.bottom < bottom + 16)) found.push(text.parentElement.outerHTML.slice(0, 80));
    }
    return found;
  })()`);
}

async function pilesIn(page: Page): Promise<unknown> {
  return page.evaluate('/\\p{M}{2}/u.test(document.body.innerText)');
}

test('a pile of combining marks draws over nothing but its own row: as a message, a name, a topic, in a list, in a dialog', async () => {
  const person = await signUp(server, `pile\u0301\u0323\u0301`);
  const added = await host.post('/api/rooms', { name: PILE, topic: `topic ${PILE}` });
  const room = String(await bodyAt(added, 'room', 'slug'));
  await expectNoHarm(async (page) => {
    await enterRoom(page, server, room);
    const socket = await person.open(room);
    await socket.next('live');
    for (const message of [PILE, `> ${PILE}`, `\`\`\`\n${PILE}\n\`\`\``, `**${PILE}** @${person.name}`])
      socket.send({ message });
    await eventually(() => page.locator('#messages .message[data-seq]').count(), 4);
    expect([await pilesIn(page), await unclippedPiles(page)]).toEqual([true, []]);
    await page.fill('#message', '@pile');
    await page.locator('#name-choices .name').first().waitFor();
    expect(await unclippedPiles(page)).toEqual([]);
    await page.fill('#message', '');
    await page.keyboard.press('Control+K');
    await page.locator('#switcher-list .name').first().waitFor();
    expect(await unclippedPiles(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.goto(`${server.url}/chat`);
    await page.locator('#all-rooms .topic', { hasText: /^topic ./u }).waitFor();
    expect(await unclippedPiles(page)).toEqual([]);
    await socket.close();
  });
  await withUserBrowser(browser, async (page, { context }) => {
    await addCookies(context, person);
    await enterRoom(page, server, room);
    await page.click('#about-room');
    await page.locator('#room-dialog-topic').waitFor();
    expect([await pilesIn(page), await unclippedPiles(page)]).toEqual([true, []]);
  });
});

test('whatever stands in the address of the account page, nothing of it becomes part of the page', async () => {
  await expectNoHarm(async (page) => {
    for (const text of HOSTILE_TEXTS.filter((_, at) => at % 8 === 0)) {
      const hostile = encodeURIComponent(text);
      await openAccount(page, server, `?next=${hostile}&setup=${hostile}`);
      await seesLoggedAs(page, 'host');
      expect(await page.getAttribute('body', 'data-next')).toBe('');
      expect(await page.getAttribute('#account-form', 'data-setup')).toBe('');
    }
  });
});
