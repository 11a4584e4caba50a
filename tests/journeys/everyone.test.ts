import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  enterRoom,
  isLive,
  sees,
  seesMessage,
  sendMessage,
  withUserBrowser,
} from '../support/browser/browser-user.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let ann: Guest;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  ann = await newGuest('ann', browser, server);
  await enterRoom(ann.page, server, 'general');
  await sendMessage(ann.page, 'for everyone');
  await seesMessage(ann.page, 'for everyone');
});

afterAll(async () => {
  try {
    await ann?.close();
  } finally {
    await browser?.close();
    await server?.stop();
  }
});

test('the first thing that Tab reaches leads past the rooms to the messages', async () => {
  const { page } = ann;
  await page.reload();
  await isLive(page);
  await page.evaluate('document.activeElement.blur()');
  await page.locator('.skip').focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await sees(page, '.skip:focus', 'Skip to the messages');
  await page.keyboard.press('Enter');
  await page.locator('#messages:focus').waitFor();
  await isLive(page);
});

test('on paper there is what was said, and nothing to click on', async () => {
  const { page } = ann;
  await page.emulateMedia({ media: 'print' });
  await seesMessage(page, 'for everyone');
  await page.locator('#room-name').waitFor();
  expect(
    await page.locator('button:visible, input:visible, textarea:visible, nav:visible, aside:visible').count(),
  ).toBe(0);
  await page.emulateMedia({ media: 'screen' });
  await page.locator('#message').waitFor();
});

test('whoever asked for stillness sees nothing move', async () => {
  const { page } = ann;
  const moving = `[...document.querySelectorAll('*')].filter((each) => {
    const { transitionDuration, animationName } = getComputedStyle(each);
    return animationName !== 'none' || transitionDuration.split(', ').some((time) => time !== '0s');
  }).length`;
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(Number(await page.evaluate(moving))).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await page.evaluate(moving)).toBe(0);
});

test('a browser without JavaScript gets a page that says so, instead of a room in which nothing works', async () => {
  await withUserBrowser(
    browser,
    async (page, { context }) => {
      await addCookies(context, ann.person);
      for (const path of ['/chat/general', '/account']) {
        await page.goto(server.url + path);
        const words = await page.locator('noscript .no-script').textContent();
        expect(words).toMatch(/^Salon needs JavaScript/);
      }
      await page.goto(`${server.url}/chat/general`);
      const [cover, window] = [await page.locator('noscript').boundingBox(), page.viewportSize()];
      expect(cover).toEqual({ x: 0, y: 0, width: window?.width ?? 0, height: window?.height ?? 0 });
    },
    { javaScriptEnabled: false },
  );
});

test('who has nothing but fingers finds buttons for them, what the room is about, and no list of keys', async () => {
  const phone = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
  await withUserBrowser(
    browser,
    async (page, { context }) => {
      await addCookies(context, ann.person);
      await enterRoom(page, server, 'general');
      await page.tap('#room-name');
      await sees(page, '#room-dialog-topic', 'What concerns everybody');
      await page.tap('#room-dialog .close:visible');
      const row = page.locator('.message', { hasText: 'for everyone' });
      await row.tap();
      await row.locator('.edit').tap();
      for (const button of [row.locator('.save'), row.locator('.cancel')]) {
        expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
      }
      await row.locator('.cancel').tap();
      await page.tap('#show-rooms');
      await page.locator('.my-ways .open-alerts').waitFor();
      expect(await page.locator('.my-ways .open-shortcuts').isVisible()).toBe(false);
    },
    phone,
  );
  await ann.page.locator('.my-ways .open-shortcuts').waitFor();
});
