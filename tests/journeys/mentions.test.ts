import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchWholeBrowser } from '../support/browser/browser.ts';
import { enterRoom, goToRoom, sees, seesMessage, toFront } from '../support/browser/browser-user.ts';
import { hidePage, showPage } from '../support/browser/page-visibility.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { type Person, signUp } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

let server: Server;
let browser: Browser;
let bob: Person;
let ann: Guest;
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchWholeBrowser()]);
  bob = await signUp(server, 'bob');
});

beforeEach(async () => {
  ann = await newGuest(`ann${++count}`, browser, server);
  await ann.context.addInitScript(`
    globalThis.rung = [];
    globalThis.notes = 0;
    globalThis.Notification = class extends Notification {
      constructor(title, options) {
        super(title, options);
        rung.push([title, options.body, options.tag]);
      }
      close() {
        super.close();
        rung.push('closed');
      }
    };
    globalThis.OscillatorNode = class extends OscillatorNode {
      start(at) {
        super.start(at);
        globalThis.notes++;
      }
    };
  `);
});

afterEach(() => ann.close());

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const notified = (page: Page): Promise<unknown> => page.evaluate('rung');
const notes = (page: Page): Promise<unknown> => page.evaluate('notes');
const isTicked = (page: Page, box: string): Promise<boolean> => page.locator(box).isChecked();

async function bobSends(text: string): Promise<void> {
  await bob.post('/api/rooms/general/messages', { message: text });
}

/** A timer set now and longer than that of the tab election runs after it. */
async function alertsAreDone(...tabs: readonly Page[]): Promise<void> {
  for (const tab of tabs) await tab.evaluate('new Promise((later) => void setTimeout(later, 300))');
}

async function openAlerts(page: Page): Promise<void> {
  await page.click('.open-alerts');
  await page.locator('#alerts').waitFor();
}

test('a user who is mentioned and does not look gets a notification, which goes when they look', async () => {
  const { page, context, name } = ann;
  await context.grantPermissions(['notifications']);
  await enterRoom(page, server, 'general');
  await openAlerts(page);
  await page.check('#alert-notification');
  await page.keyboard.press('Escape');
  await bobSends(`@${name} while you look`);
  await seesMessage(page, `@${name} while you look`);
  await hidePage(page);
  await bobSends(`nobody in particular`);
  await bobSends(`@${name}, are you there?`);
  const note = ['bob in General', `@${name}, are you there?`, 'general'];
  await eventually(() => notified(page), [note]);
  await showPage(page);
  await eventually(() => notified(page), [note, 'closed']);
  await page.reload();
  await openAlerts(page);
  expect([await isTicked(page, '#alert-notification'), await notes(page)]).toEqual([true, 0]);
});

test('of several tabs one notifies; none while one of them is looked at', async () => {
  const { page, context, name } = ann;
  const other = await context.newPage();
  await enterRoom(page, server, 'general');
  await enterRoom(other, server, 'general');
  await openAlerts(other);
  await other.check('#alert-sound');
  await eventually(() => notes(other), 2);
  await other.keyboard.press('Escape');
  for (const tab of [page, other]) {
    await tab.mouse.click(600, 300);
    await hidePage(tab);
  }
  const played = async (): Promise<number> => Number(await notes(page)) + Number(await notes(other)) - 2;
  await bobSends(`@${name} first`);
  await eventually(played, 2);
  for (const tab of [page, other]) await seesMessage(tab, `@${name} first`);
  await alertsAreDone(page, other);
  expect(await played()).toBe(2);
  await showPage(page);
  // A tab behind another is drawn late, and may report its visibility too late.
  await toFront(page);
  await bobSends(`@${name} second`);
  for (const tab of [page, other]) await seesMessage(tab, `@${name} second`);
  await alertsAreDone(page, other);
  expect(await played()).toBe(2);
});

test('until the user turns notifications on they are offered once, and the browser is asked for nothing before', async () => {
  const { page, name } = ann;
  await enterRoom(page, server, 'general');
  await hidePage(page);
  await bobSends(`@${name} a first time`);
  await sees(page, '#notice-words', 'You were mentioned while you were away.');
  expect(await notified(page)).toEqual([]);
  await showPage(page);
  await page.click('#notice-act');
  await page.locator('#alerts').waitFor();
  await page.click('#alert-notification');
  await sees(
    page,
    '#alert-problem',
    'Notifications from this page are blocked. You can allow them in the settings of the browser.',
  );
  expect(await isTicked(page, '#alert-notification')).toBe(false);
  await page.check('#alert-sound');
  // The sound is played at once, as a sample.
  await eventually(() => notes(page), 2);
  await page.keyboard.press('Escape');
  await hidePage(page);
  await bobSends(`@${name} a second time`);
  await eventually(() => notes(page), 4);
  expect(await page.locator('#notice').isVisible()).toBe(false);
  await goToRoom(page, 'Help');
});
