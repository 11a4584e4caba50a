import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import {
  enterRoom,
  goToRoom,
  openAccount,
  roomRow,
  seesLoggedAs,
  seesMessage,
  sendMessage,
  signUp,
  withUserBrowser,
} from '../support/browser/browser-user.ts';
import { seesPeople, seesTexts } from '../support/browser/room-page.ts';
import { eventually } from '../support/eventually.ts';
import { launchOnLan, onLan } from '../support/lan.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
/** The server at its address on the network. */
let lan: { readonly url: string };

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchOnLan()]);
  lan = onLan(server);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function comes(page: Page, name: string): Promise<void> {
  await openAccount(page, lan);
  await signUp(page, name);
  await seesLoggedAs(page, name);
  await enterRoom(page, lan, 'general');
}

const WITHHELD = `[isSecureContext, typeof crypto.randomUUID, typeof crypto.subtle, typeof navigator.locks,
  typeof navigator.clipboard, typeof navigator.serviceWorker]`;

test('on http://<LAN address>, where browsers withhold what they trust only https with, everything works', async () => {
  await withUserBrowser(browser, (ann) =>
    withUserBrowser(browser, async (bob) => {
      await Promise.all([comes(ann, 'ann'), comes(bob, 'bob')]);
      expect(await ann.evaluate(WITHHELD)).toEqual([false, ...Array(5).fill('undefined')]);
      await Promise.all([seesPeople(ann, 'ann', 'bob'), seesPeople(bob, 'ann', 'bob')]);
      await sendMessage(ann, 'hello over the landing');
      await seesMessage(bob, 'hello over the landing');
      await edits(ann, 'hello over the fence');
      await Promise.all([ann, bob].map((page) => seesTexts(page, ['hello over the fence'])));
      await ann.reload();
      await seesTexts(ann, ['hello over the fence']);
      await marksAsRead(ann, bob);
    }),
  );
});

async function edits(page: Page, text: string): Promise<void> {
  const row = page.locator('#messages .message').last();
  await row.hover();
  await row.locator('.edit').click();
  await row.locator('.editor textarea').fill(text);
  await row.locator('.editor textarea').press('Enter');
}

/** What was read in one tab is read in the other. */
async function marksAsRead(ann: Page, bob: Page): Promise<void> {
  const other = await ann.context().newPage();
  await enterRoom(other, lan, 'help');
  // Messages from before the first visit are not counted.
  await goToRoom(ann, 'Random');
  await sendMessage(ann, 'first');
  await goToRoom(ann, 'General');
  await goToRoom(bob, 'Random');
  await sendMessage(bob, 'news');
  const isUnread = (page: Page) => () => roomRow(page, 'Random').evaluate((row) => row.classList.contains('unread'));
  for (const page of [ann, other]) await eventually(isUnread(page), true);
  await goToRoom(ann, 'Random');
  for (const page of [ann, other]) await eventually(isUnread(page), false);
}
