import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/browser.ts';
import { addCookies, isLive, openAccount, seesMessage, withUserBrowser } from '../support/browser/browser-user.ts';
import { messageBox } from '../support/browser/composer-page.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let ann: Person;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  ann = await signUp(server, 'ann');
});

afterAll(async () => {
  await Promise.all([browser.close(), server.stop()]);
});

/** Withholds the page's script until the returned function is called. */
async function withholdScript(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route('**/*.js', async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

/** Fills in and submits every form; returns their names and the values of their fields. */
const SUBMIT_ALL = `[...document.forms].map((form) => {
  for (const field of form.querySelectorAll('textarea, input:not([readonly])')) field.value = 'typed';
  form.requestSubmit();
  return form.id + ': ' + [...form.querySelectorAll('textarea, input:not([readonly])')].map(({ value }) => value);
})`;

const PAGES = [
  { path: '/account', user: 'none', forms: ['account-form: typed,typed', 'password-form: typed,typed'] },
  { path: '/account', user: 'ann', forms: ['account-form: typed,typed', 'password-form: typed,typed'] },
  { path: '/chat', user: 'ann', forms: ['composer: typed', 'new-room: typed,typed', 'room-form: typed,typed'] },
  { path: '/chat/general', user: 'ann', forms: ['composer: typed', 'new-room: typed,typed', 'room-form: typed,typed'] },
] as const;

test('no form of any page leads anywhere before the script has run', async () => {
  for (const { path, user, forms } of PAGES) {
    await withUserBrowser(browser, async (page, { context }) => {
      if (user === 'ann') await addCookies(context, ann);
      const release = await withholdScript(page);
      await page.goto(server.url + path, { waitUntil: 'commit' });
      await page.locator('#leaving, #session-template').first().waitFor({ state: 'attached' });
      const navigations: string[] = [];
      page.on('request', (request) => request.isNavigationRequest() && navigations.push(request.url()));
      expect(await page.evaluate(SUBMIT_ALL)).toEqual([...forms]);
      expect(await page.evaluate(SUBMIT_ALL)).toEqual([...forms]);
      expect([page.url(), navigations]).toEqual([server.url + path, []]);
      release();
      await page.waitForLoadState('domcontentloaded');
      expect([page.url(), navigations]).toEqual([server.url + path, []]);
    });
  }
});

test('a message sent before the script has run stays in the box, and can be sent afterwards', async () => {
  await withUserBrowser(browser, async (page, { context }) => {
    await addCookies(context, ann);
    const release = await withholdScript(page);
    await page.goto(`${server.url}/chat/general`, { waitUntil: 'commit' });
    await messageBox(page).pressSequentially('too early');
    await page.click('#send', { noWaitAfter: true });
    expect(page.url()).toBe(`${server.url}/chat/general`);
    release();
    await isLive(page);
    expect(await messageBox(page).inputValue()).toBe('too early');
    await page.click('#send');
    await seesMessage(page, 'too early');
  });
});

test('a password sent before the script has run is in no address and no request', async () => {
  await withUserBrowser(browser, async (page) => {
    const release = await withholdScript(page);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.method()));
    await page.goto(`${server.url}/account`, { waitUntil: 'commit' });
    await page.fill('#username', 'ann');
    await page.fill('#password', 'a secret of mine');
    await page.press('#password', 'Enter', { noWaitAfter: true });
    await page.click('#log-in', { noWaitAfter: true });
    release();
    await page.waitForLoadState('load');
    expect(requests).not.toContain('POST');
    expect(page.url()).toBe(`${server.url}/account`);
    await openAccount(page, server);
  });
});
