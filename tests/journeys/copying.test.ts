import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/browser.ts';
import { addCookies, enterRoom, seesMessage, sendMessage, withUserBrowser } from '../support/browser/browser-user.ts';
import { seesTexts } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { at, bodyAt } from '../support/json.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const WRITTEN = [
  'a *star*, a `tick` and an \\*escape\\*',
  '```js\nif (a) {\n\n    b();\n}\n```',
  '> quoted\nanswered\n\nand **more**',
] as const;
const SHOWN = ['a star, a tick and an *escape*', 'if (a) {\n\n    b();\n}', 'quotedanswered\n\nand more'] as const;

let server: Server;
let browser: Browser;
let bob: Person;
let ann: Person;
let room: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  [bob, ann] = [await signUp(server, 'bob'), await signUp(server, 'ann')];
  room = String(await bodyAt(await bob.post('/api/rooms', { name: 'copying' }), 'room', 'slug'));
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Ann's page, with three messages of bob and one of hers. */
async function onPage(journey: (page: Page) => Promise<void>): Promise<void> {
  room = String(await bodyAt(await bob.post('/api/rooms', { name: `copying ${crypto.randomUUID()}` }), 'room', 'slug'));
  for (const message of WRITTEN) await bob.post(`/api/rooms/${room}/messages`, { message });
  await withUserBrowser(browser, async (page, { context }) => {
    await addCookies(context, ann);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await enterRoom(page, server, room);
    await sendMessage(page, 'mine');
    await seesTexts(page, [...SHOWN, 'mine']);
    await page.locator('#messages .message.waiting').first().waitFor({ state: 'detached' });
    await journey(page);
  });
}

/** Selects from the start of one element to the end of another, and copies it. */
async function copy(page: Page, from: string, to = from): Promise<{ plain: string; html: string }> {
  await page.evaluate(`{
    const range = document.createRange();
    range.setStart(document.querySelector(${JSON.stringify(from)}), 0);
    const end = document.querySelector(${JSON.stringify(to)});
    range.setEnd(end, end.childNodes.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }`);
  return copySelection(page);
}

async function copySelection(page: Page): Promise<{ plain: string; html: string }> {
  await page.keyboard.press('Control+C');
  const copied = await page.evaluate<unknown>(`(async () => {
    const [item] = await navigator.clipboard.read();
    const textOf = async (type) => (item.types.includes(type) ? (await item.getType(type)).text() : '');
    return [await textOf('text/plain'), await textOf('text/html')];
  })()`);
  const [plain, html] = Array.isArray(copied) ? copied.map(String) : [];
  return { plain: plain ?? '', html: html ?? '' };
}

const row = (seq: number): string => `.message[data-seq="${seq}"]`;

async function timeOf(page: Page, seq: number): Promise<string> {
  return (await page.locator(`${row(seq)} time`).textContent()) ?? '';
}

test('several messages are copied as they were written, a paragraph each, with time and author once a group', async () => {
  await onPage(async (page) => {
    const { plain, html } = await copy(page, row(1), row(4));
    const head = `[${await timeOf(page, 1)}] bob:`;
    const own = `[${await timeOf(page, 4)}] ann: mine`;
    expect(plain).toBe([`${head} ${WRITTEN[0]}`, WRITTEN[1], WRITTEN[2], own].join('\n\n'));
    const paragraphs: string[] = [];
    new HTMLRewriter()
      .on('p', { element: () => void paragraphs.push('') })
      .on('br', { element: () => void paragraphs.push(`${paragraphs.pop()}\n`) })
      .on('p', { text: ({ text }) => void paragraphs.push(`${paragraphs.pop()}${text.replace('&gt;', '>')}`) })
      .transform(html);
    expect(paragraphs).toEqual([`${head} ${WRITTEN[0]}`, WRITTEN[1], WRITTEN[2], own]);
    expect(html).not.toContain('<span');
  });
});

test('a copy from the middle of a group names its author, and a block of code begins its own line', async () => {
  await onPage(async (page) => {
    const { plain } = await copy(page, `${row(2)} .text`, `${row(3)} .text`);
    expect(plain).toBe(`[${await timeOf(page, 2)}] bob:\n${WRITTEN[1]}\n\n${WRITTEN[2]}`);
  });
});

test('a part of one message is copied as selected, a whole one as it was written, and pasted it is the same again', async () => {
  await onPage(async (page) => {
    expect((await copy(page, `${row(1)} .text em`)).plain).toBe('star');
    expect((await copy(page, `${row(2)} .text pre code`)).plain).toBe(SHOWN[1]);
    expect((await copy(page, `${row(3)} .text blockquote`)).plain).toBe('quoted');
    for (const [index, written] of WRITTEN.entries()) {
      expect((await copy(page, `${row(index + 1)} .text`)).plain).toBe(written);
      await page.click('#message');
      await page.keyboard.press('Control+V');
      expect(await page.inputValue('#message')).toBe(written);
      await page.keyboard.press('Enter');
      await seesMessage(page, SHOWN[index] ?? '');
      await page.locator('#messages .message.waiting').first().waitFor({ state: 'detached' });
    }
    const stored = async (): Promise<unknown[]> => {
      const all = await bodyAt(await bob.get(`/api/rooms/${room}/messages`), 'messages');
      return Array.isArray(all) ? all.slice(4).map((each) => at(each, 'message')) : [];
    };
    await eventually(stored, [...WRITTEN]);
  });
});

test('a message that a triple click selects is copied alone, and one with its name and time as several are', async () => {
  await onPage(async (page) => {
    await page.locator(`${row(4)} .text`).click({ clickCount: 3 });
    expect((await copySelection(page)).plain.trim()).toBe('mine');
    expect((await copy(page, row(4))).plain).toBe(`[${await timeOf(page, 4)}] ann: mine`);
  });
});

test('what is selected while one writes is copied from the box', async () => {
  await onPage(async (page) => {
    await page.fill('#message', 'not sent yet');
    await page.evaluate("getSelection().selectAllChildren(document.querySelector('#lines'))");
    await page.click('#message');
    await page.keyboard.press('Control+A');
    expect((await copySelection(page)).plain).toBe('not sent yet');
  });
});
