/** What stands on the page of a room, and what its socket does. */
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../eventually.ts';
import { showing } from './browser-user.ts';

export const joined = (name: string): string => `${name} has joined the chat`;
export const left = (name: string): string => `${name} has left the chat`;

/** The texts of all messages, from the top; several when they say the same. */
export function texts(page: Page): Promise<string[]> {
  return page.locator('#messages .message .text').allTextContents();
}

export async function seesTexts(page: Page, expected: readonly string[]): Promise<void> {
  await eventually(() => texts(page), [...expected]);
}

/** The lines about who came and went, from the top. */
export function systemLines(page: Page): Promise<string[]> {
  return page.locator('#messages .system').allTextContents();
}

export async function seesLines(page: Page, ...expected: readonly string[]): Promise<void> {
  await eventually(() => systemLines(page), [...expected]);
}

/** Who is here, says the list. */
export function people(page: Page): Promise<string[]> {
  return page.locator('#people .name').allTextContents();
}

export async function seesPeople(page: Page, ...names: readonly string[]): Promise<void> {
  await eventually(() => people(page), [...names]);
}

export function messageRow(page: Page, text: string): Locator {
  return page.locator('#messages .message').filter({ has: showing(page.locator('.text'), text) });
}

/** The connection is lost, and the page says so. */
export async function seesOffline(page: Page): Promise<void> {
  await eventually(() => page.locator('#status').textContent(), 'offline, trying again');
}

/** Every word of the status line from now on, in order. */
export async function watchStatus(page: Page): Promise<() => Promise<string[]>> {
  const statuses: string[] = [];
  await page.exposeFunction('salonStatusIs', (words: string) => statuses.push(words));
  await page.evaluate(`
    new MutationObserver(() => globalThis.salonStatusIs(document.querySelector('#status').textContent))
      .observe(document.querySelector('#status'), { childList: true, characterData: true, subtree: true });
  `);
  return async () => {
    await page.evaluate('0');
    return [...statuses];
  };
}

/** How many sockets a page has open or is opening, and the most that it ever had at a time. */
export class SocketCounter {
  openNow = 0;
  mostOpen = 0;
  /** Ever made. */
  total = 0;

  constructor(page: Page) {
    page.on('websocket', (socket) => {
      this.total++;
      this.openNow++;
      this.mostOpen = Math.max(this.mostOpen, this.openNow);
      socket.on('close', () => this.openNow--);
    });
  }
}

/** Where the box of messages stands, in pixels. */
export interface BoxView {
  readonly height: number;
  /** How much is in it. */
  readonly content: number;
  /** How much of that lies below what is shown. */
  readonly below: number;
}

export async function boxView(page: Page): Promise<BoxView> {
  const numbers: unknown = await page.evaluate(`(() => {
    const { clientHeight, scrollHeight, scrollTop } = document.querySelector('#messages');
    return [clientHeight, scrollHeight, Math.round(scrollHeight - clientHeight - scrollTop)];
  })()`);
  const [height, content, below] = Array.isArray(numbers) ? numbers.map(Number) : [];
  if (height === undefined || content === undefined || below === undefined) throw new Error('no box of messages');
  return { height, content, below };
}

/** How far from the window's top the text of a message stands. */
export async function topOf(page: Page, text: string): Promise<number> {
  const box = await messageRow(page, text).locator('.text').boundingBox();
  if (box === null) throw new Error(`not shown: ${text}`);
  return Math.round(box.y);
}

/** Without a pointer: where a pointer scrolls to reach the button, the page comes without being asked for. */
export async function loadEarlier(page: Page): Promise<void> {
  const button = page.locator('#earlier');
  await button.waitFor();
  await button.dispatchEvent('click');
}
