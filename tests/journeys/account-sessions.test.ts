import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  answersToPosts,
  enterRoom,
  isPageMarked,
  logIn,
  logOut,
  markPage,
  openAccount,
  sees,
  seesForm,
  seesLoggedAs,
} from '../support/browser/browser-user.ts';
import { eventually } from '../support/eventually.ts';
import { type Guest, newGuest } from '../support/guest.ts';
import { PASSWORD, Person } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const NEW_PASSWORD = 'another horse entirely';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';

let server: Server;
let browser: Browser;
/** The browser with the account page open. */
let desk: Guest;
/** The same user in another browser. */
let phone: Guest;
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
});

beforeEach(async () => {
  const name = `person ${++count}`;
  [desk, phone] = await Promise.all([newGuest(name, browser, server), newGuest(`${name}'s phone`, browser, server)]);
  const elsewhere = new Person(server, name);
  const signedIn = await elsewhere.post(
    '/account/login',
    { username: name, password: PASSWORD },
    { 'user-agent': FIREFOX },
  );
  expect(signedIn.status).toBe(200);
  await phone.context.clearCookies();
  await addCookies(phone.context, elsewhere);
  await openAccount(desk.page, server);
  await markPage(desk.page);
});

afterEach(async () => {
  expect(await isPageMarked(desk.page)).toBe(true);
  await Promise.all([desk.close(), phone.close()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function opensSessions(page: Page): Promise<void> {
  await page.click('#sessions-part summary');
  await page.locator('.session').first().waitFor();
}

const devices = (page: Page): Promise<string[]> => page.locator('.session .device b').allTextContents();

async function changesPassword(page: Page, old: string, next: string): Promise<void> {
  await page.fill('#old-password', old);
  await page.fill('#new-password', next);
  await page.click('#change-password');
}

async function isSentToLogIn(page: Page): Promise<void> {
  await page.waitForURL(`${server.url}/account?next=%2Fchat%2Fgeneral`);
  await seesForm(page);
}

test('a session that is ended from elsewhere closes its sockets, and its page asks to log in', async () => {
  await enterRoom(phone.page, server, 'general');
  await opensSessions(desk.page);
  expect(await devices(desk.page)).toEqual(['Unknown browser', 'Firefox · Linux']);
  await sees(desk.page.locator('.session').first(), '.you', 'this one');
  expect(await desk.page.locator('.session .end:visible').count()).toBe(1);
  await desk.page.click('.session .end:visible');
  await sees(desk.page, '#sessions-done', 'Firefox · Linux is logged out.');
  expect(await devices(desk.page)).toEqual(['Unknown browser']);
  expect(await desk.page.locator('#end-others').isVisible()).toBe(false);
  await isSentToLogIn(phone.page);
});

test('"Log out everywhere else" ends all sessions but this one, "Log out everywhere" this one, too', async () => {
  await enterRoom(phone.page, server, 'general');
  await opensSessions(desk.page);
  await desk.page.click('#end-others');
  await sees(desk.page, '#sessions-done', 'You are logged out everywhere else.');
  await eventually(() => devices(desk.page), ['Unknown browser']);
  await isSentToLogIn(phone.page);
  await logIn(phone.page, desk.name);
  await phone.page.waitForURL(`${server.url}/chat/general`);
  await desk.page.click('#end-all');
  await seesForm(desk.page);
  await isSentToLogIn(phone.page);
  await logIn(desk.page, desk.name);
  await seesLoggedAs(desk.page, desk.name);
});

test('a new password is asked for with the old one, ends the other sessions, and this page goes on', async () => {
  const answers = answersToPosts(desk.page);
  await enterRoom(phone.page, server, 'general');
  await desk.page.click('#password-part summary');
  await changesPassword(desk.page, '', 'short');
  await sees(desk.page, '#old-error', 'This field is required.');
  await sees(desk.page, '#new-error', 'A password has at least 8 characters; 15 and more are better.');
  expect(await desk.page.locator('#old-password:focus').count()).toBe(1);
  await changesPassword(desk.page, 'not the password', NEW_PASSWORD);
  await sees(desk.page, '#old-error', 'This is not your password.');
  expect(await desk.page.locator('#new-error').isVisible()).toBe(false);
  await changesPassword(desk.page, PASSWORD, NEW_PASSWORD);
  await sees(desk.page, '#password-done', 'Your password is changed. You are logged out everywhere else.');
  expect([await desk.page.inputValue('#old-password'), await desk.page.inputValue('#new-password')]).toEqual(['', '']);
  await isSentToLogIn(phone.page);
  await opensSessions(desk.page);
  expect(await desk.page.locator('.session').count()).toBe(1);
  await logOut(desk.page);
  await seesForm(desk.page);
  expect(answers().map((answer) => answer.status())).toEqual([400, 400, 200, 200]);
  await logIn(desk.page, desk.name, PASSWORD);
  await desk.page.locator('#form-error').waitFor();
  await logIn(desk.page, desk.name, NEW_PASSWORD);
  await seesLoggedAs(desk.page, desk.name);
});

test('when this session was ended elsewhere, the next step says so and shows the form', async () => {
  await openAccount(phone.page, server);
  await opensSessions(phone.page);
  await phone.page.click('#end-others');
  await sees(phone.page, '#sessions-done', 'You are logged out everywhere else.');
  await desk.page.click('#sessions-part summary');
  await seesForm(desk.page);
  await sees(desk.page, '#form-error', 'Your session has ended. Log in again.');
  await logIn(desk.page, desk.name);
  await seesLoggedAs(desk.page, desk.name);
});

test('after another tab logged in as another user, nothing is done in their name, and the page shows them', async () => {
  const other = await desk.context.newPage();
  await openAccount(other, server);
  await logOut(other);
  await seesForm(other);
  const stranger = `${desk.name}'s phone`;
  await logIn(other, stranger);
  await seesLoggedAs(other, stranger);
  await desk.page.bringToFront();
  await desk.page.click('#password-part summary');
  await changesPassword(desk.page, PASSWORD, NEW_PASSWORD);
  await seesLoggedAs(desk.page, stranger);
  await logOut(desk.page);
  await seesForm(desk.page);
  await logIn(desk.page, stranger, PASSWORD);
  await seesLoggedAs(desk.page, stranger);
});

test('a password can be looked at while it is typed, and is hidden again when it is sent', async () => {
  const { page } = desk;
  await logOut(page);
  await page.fill('#password', 'wrong one');
  await page.click('#account-form .reveal');
  expect(await page.getAttribute('#password', 'type')).toBe('text');
  await sees(page, '#account-form .reveal', 'Hide');
  await page.press('#password', 'Enter');
  await page.locator('#username-error').waitFor();
  expect(await page.getAttribute('#password', 'type')).toBe('password');
  await page.evaluate(`document.querySelector('#password').dispatchEvent(
    new KeyboardEvent('keydown', { bubbles: true, modifierCapsLock: true }))`);
  await sees(page, '#password-caps', 'Caps Lock is on.');
  await page.press('#password', 'x');
  await eventually(() => page.locator('#password-caps').textContent(), '');
});

test('every field tells a password manager its purpose, in every mode of the form', async () => {
  const { page } = desk;
  const fields = (form: string) =>
    page.evaluate(`[...document.querySelectorAll('${form} input')].map((input) => input.autocomplete)`);
  expect(await fields('#password-form')).toEqual(['username', 'current-password', 'new-password']);
  expect(await page.inputValue('#own-name')).toBe(desk.name);
  await logOut(page);
  await seesForm(page);
  expect(await fields('#account-form')).toEqual(['username', 'current-password']);
  await page.click('#other-way');
  expect(await fields('#account-form')).toEqual(['username', 'new-password']);
});

test('logging in, looking at the sessions and logging out need no mouse', async () => {
  const { page } = desk;
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.focus('#log-out');
  await press('Enter');
  await seesForm(page);
  await page.keyboard.type(desk.name);
  await press('Tab');
  await page.keyboard.type(PASSWORD);
  await press('Enter');
  await seesLoggedAs(page, desk.name);
  // The way to the rooms has the focus; behind it: log out, the password, the sessions.
  await press('Tab', 'Tab', 'Tab', 'Enter');
  await page.locator('.session').first().waitFor();
  await press('Tab', 'Enter');
  await sees(page, '#sessions-done', 'Firefox · Linux is logged out.');
  expect(await page.locator('#sessions-part summary:focus').count()).toBe(1);
});
