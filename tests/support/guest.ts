import type { Browser } from 'playwright-core';
import { openUserBrowser, type UserBrowser } from './browser/browser.ts';
import { addCookies } from './browser/browser-user.ts';
import { type Address, type Person, signUp } from './person.ts';

export interface Guest extends UserBrowser {
  readonly name: string;
  readonly person: Person;
}

/** A user signed up by HTTP and logged in, in a new browser. */
export async function newGuest(name: string, browser: Browser, at: Address): Promise<Guest> {
  const [person, one] = await Promise.all([signUp(at, name), openUserBrowser(browser)]);
  await addCookies(one.context, person);
  return { ...one, person, name };
}
