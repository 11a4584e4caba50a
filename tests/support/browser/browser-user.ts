/** What a user does and sees in a browser, in small steps. */
import type { Browser, BrowserContext, Locator, Page, Request, Response } from 'playwright-core';
import { type Address, PASSWORD, type Person } from '../person.ts';
import { openUserBrowser, type UserBrowser } from './browser.ts';

/** No step of a journey takes longer, on whatever machine. */
const STEP_MS = 15_000;
const LOOK_MS = 2_000;
/** Characters; the newest stands last. */
const LAST_SEEN = 1_500;

/** Runs a journey in its own browser; fails, too, when a page had an error or broke its policy. */
export async function withUserBrowser(
  browser: Browser,
  journey: (page: Page, user: UserBrowser) => Promise<void>,
  options: Parameters<typeof openUserBrowser>[1] = {},
): Promise<void> {
  const user = await openUserBrowser(browser, options);
  user.context.setDefaultTimeout(STEP_MS);
  try {
    await journey(user.page, user);
  } catch (error) {
    for (const page of user.context.pages()) console.error(await describePage(page));
    if (user.pageErrors.length > 0) console.error(user.pageErrors.join('\n'));
    await user.context.close();
    throw error;
  }
  await user.close();
}

/** For the report of a failed journey: the page's address and text. It does not wait for a page that hangs. */
async function describePage(page: Page): Promise<string> {
  const look = page.evaluate<unknown>(
    "[document.body.innerText, 'focus: ' + document.activeElement?.outerHTML.slice(0, 200)].join('\\n')",
  );
  const seen = await Promise.race([look, Bun.sleep(LOOK_MS)]).catch(String);
  return `\n${page.url()}\n${String(seen).replace(/\n+/g, '\n').slice(-LAST_SEEN)}\n`;
}

/** Makes it the browser of a user who has logged in before. */
export async function addCookies(context: BrowserContext, person: Person): Promise<void> {
  const pairs = person.cookie.split('; ').map((pair) => pair.split(/=(.*)/s));
  await context.addCookies(pairs.map(([name = '', value = '']) => ({ name, value, url: person.server.url })));
}

export async function openAccount(page: Page, server: Address, query = ''): Promise<void> {
  await page.goto(`${server.url}/account${query}`);
}

export async function fillIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await toFront(page);
  await formIsReady(page);
  await page.fill('#username', name);
  await page.fill('#password', password);
}

/** On the account page as it is first shown. */
export async function logIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await fillIn(page, name, password);
  await page.click('#log-in');
}

/** On the account page as it is first shown. */
export async function signUp(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.click('#other-way');
  await logIn(page, name, password);
}

export async function logOut(page: Page): Promise<void> {
  await toFront(page);
  await page.click('#log-out');
}

/** A user acts in the tab in front; a tab behind another is drawn once a second only. */
export async function toFront(page: Page): Promise<void> {
  await page.bringToFront();
}

/** S5, S15: this and nothing else of the account page. */
export async function seesLoggedAs(page: Page, name: string): Promise<void> {
  await sees(page, '#signed-in #who', `Logged as ${name}`);
  await page.locator('#signed-out').waitFor({ state: 'hidden' });
}

/** S5, S17: this and nothing else of the account page. */
export async function seesForm(page: Page): Promise<void> {
  await formIsReady(page);
  await page.locator('#signed-in').waitFor({ state: 'hidden' });
}

/** The form is visible before its script has run, which handles it and shows why the user is there. */
async function formIsReady(page: Page): Promise<void> {
  await page.locator('#account-form').waitFor();
  await page.waitForLoadState('domcontentloaded');
}

/** Resolves when exactly this text stands, visible, in one of the elements. */
export async function sees(within: Page | Locator, selector: string, text: string): Promise<void> {
  await showing(within.locator(selector), text).first().waitFor();
}

/** The elements with exactly this text. */
export function showing(elements: Locator, text: string): Locator {
  return elements.filter({ hasText: exactly(text), visible: true });
}

function exactly(text: string): RegExp {
  const words = text
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^\\s*${words.join('\\s+')}\\s*$`);
}

/** By its address; resolves when the room is up to date. */
export async function enterRoom(page: Page, server: Address, room: string): Promise<void> {
  await page.goto(`${server.url}/chat/${encodeURIComponent(room)}`);
  await isLive(page);
}

/** By its name in the list. */
export async function goToRoom(page: Page, name: string): Promise<void> {
  await toFront(page);
  await roomRow(page, name).click();
  await inRoom(page, name);
}

/** The room's name stands above the conversation, which is up to date. */
export async function inRoom(page: Page, name: string): Promise<void> {
  await sees(page, '#room-name', name);
  await isLive(page);
}

export async function isLive(page: Page): Promise<void> {
  await sees(page, '#status', 'up to date');
}

/** By its name and, if one is given, its topic; the dialog stays open when it is refused. */
export async function makeRoom(page: Page, name: string, topic?: string): Promise<void> {
  await toFront(page);
  const box = page.locator('#new-room-name');
  if (!(await box.isVisible())) await page.click('#rooms-pane .open-new-room');
  await box.fill(name);
  if (topic !== undefined) await page.fill('#new-room-topic', topic);
  await box.press('Enter');
}

/** A room's line in the list of rooms. */
export function roomRow(page: Page, name: string): Locator {
  return page.locator('#rooms .room').filter({ has: showing(page.locator('.name'), name) });
}

export async function sendMessage(page: Page, text: string): Promise<void> {
  await page.fill('#message', text);
  await page.press('#message', 'Enter');
}

/** A message that is stored, by its text. */
export async function seesMessage(page: Page, text: string): Promise<void> {
  await sees(page, '#messages .message[data-seq] .text', text);
}

/** The mark lives until the page is reloaded. */
export async function markPage(page: Page): Promise<void> {
  await page.evaluate('void (window.salonMark = "not reloaded")');
}

export async function isPageMarked(page: Page): Promise<boolean> {
  return (await page.evaluate('window.salonMark')) === 'not reloaded';
}

/** The responses to all POSTs of a page from now on; each call returns those since the last one. */
export function answersToPosts(page: Page): () => Response[] {
  const answers: Response[] = [];
  page.on('response', (response) => {
    if (response.request().method() === 'POST') answers.push(response);
  });
  return () => answers.splice(0);
}

/** All requests of a page from now on, except those for icons, which browsers fetch at will. */
export function requestsOf(page: Page): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (!/\/icon(-\w+)?\.svg$/.test(request.url())) requests.push(request);
  });
  return requests;
}
