/** The account page, and the page that is not there. */
import type { Page } from 'playwright-core';
import { fillIn, logIn } from '../support/browser/browser-user.ts';
import { MAIN_USER } from '../support/browser/stage-script.ts';
import type { TestStage } from '../support/browser/test-stage.ts';
import type { PageState } from './page-state.ts';

const onAccount = ({ server }: TestStage): string => `${server.url}/account`;

const signedOut = { as: 'nobody', path: onAccount } as const;
const loggedIn = { as: MAIN_USER, path: onAccount } as const;

export const ACCOUNT_STATES: readonly PageState[] = [
  { ...signedOut, name: 'account-signed-out' },
  { ...signedOut, name: 'account-forgotten', arrange: (page) => page.click('#forgot summary') },
  { ...signedOut, name: 'account-errors', arrange: failsToLogIn },
  { ...signedOut, name: 'account-throttled', prepare: throttles, arrange: waits },
  { ...signedOut, name: 'account-no-answer', prepare: doesNotAnswer, arrange: failsToLogIn },
  { ...signedOut, name: 'account-sign-up', arrange: (page) => page.click('#other-way') },
  { ...signedOut, name: 'account-sign-up-errors', arrange: failsToSignUp },
  { ...signedOut, name: 'account-set-up', path: ({ server }) => server.setupLink ?? '' },
  { ...loggedIn, name: 'account-signed-in' },
  { ...loggedIn, name: 'account-sessions', arrange: opensSessions },
  { ...loggedIn, name: 'account-password-errors', arrange: failsToChangePassword },
  { ...signedOut, name: 'not-found', path: ({ server }) => `${server.url}/chat/rooms/of/old` },
];

async function failsToLogIn(page: Page): Promise<void> {
  await logIn(page, '', '');
  await page.locator('.error:visible').first().waitFor();
}

async function throttles(page: Page): Promise<void> {
  const errors = { __all__: [{ message: 'Too many attempts. Wait a while and try again.', code: 'throttled' }] };
  const answer = { status: 429, headers: { 'retry-after': '540' }, json: { success: false, errors } };
  await page.route('**/account/login', (route) => route.fulfill(answer));
}

async function waits(page: Page): Promise<void> {
  await logIn(page, MAIN_USER, 'one guess of many');
  await page.locator('[data-wait]:visible').waitFor();
}

async function doesNotAnswer(page: Page): Promise<void> {
  await page.route('**/account/login', (route) => route.abort());
}

async function failsToSignUp(page: Page): Promise<void> {
  await page.click('#other-way');
  await fillIn(page, '', 'short');
  await page.click('#account-form .reveal');
  await page.click('#log-in');
  await page.locator('#password-error').waitFor();
}

async function opensSessions(page: Page): Promise<void> {
  await page.click('#sessions-part summary');
  await page.locator('.session').nth(2).waitFor();
}

async function failsToChangePassword(page: Page): Promise<void> {
  await page.click('#password-part summary');
  await page.fill('#new-password', 'short');
  await page.click('#change-password');
  await page.locator('#new-error').waitFor();
}
