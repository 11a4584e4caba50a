import type { Browser } from 'playwright-core';
import { type Visit, visit } from './browser/browser.ts';
import { bringCookies } from './browser/browser-user.ts';
import { type Address, type Person, signUp } from './person.ts';

export interface Guest extends Visit {
  readonly name: string;
  readonly person: Person;
}

/** Signed up over the wire and signed in, in a browser of their own. */
export async function guestNamed(name: string, browser: Browser, at: Address): Promise<Guest> {
  const [person, one] = await Promise.all([signUp(at, name), visit(browser)]);
  await bringCookies(one.context, person);
  return { ...one, person, name };
}
