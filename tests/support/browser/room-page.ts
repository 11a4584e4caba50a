/** What the page of a room shows, and what its sockets do. */
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../eventually.ts';
import { showing } from './browser-user.ts';

export const joined = (name: string): string => `${name} has joined the chat`;
export const left = (name: string): string => `${name} has left the chat`;

/** The texts of all messages, from the top. */
export function texts(page: Page): Promise<string[]> {
  return page.locator('#messages .message .text').allTextContents();
}

export async function seesTexts(page: Page, expected: readonly string[]): Promise<void> {
  await eventually(() => texts(page), [...expected]);
}

/** The join and leave lines, from the top. */
export function systemLines(page: Page): Promise<string[]> {
  return page.locator('#messages .system').allTextContents();
}

export async function seesLines(page: Page, ...expected: readonly string[]): Promise<void> {
  await eventually(() => systemLines(page), [...expected]);
}

/** The names in the people list. */
export function people(page: Page): Promise<string[]> {
  return page.locator('#people .name').allTextContents();
}

export async function seesPeople(page: Page, ...names: readonly string[]): Promise<void> {
  await eventually(() => people(page), [...names]);
}

export function messageRow(page: Page, text: string): Locator {
  return page.locator('#messages .message').filter({ has: showing(page.locator('.text'), text) });
}

/** Resolves when the page shows that the connection is lost. */
export async function seesOffline(page: Page): Promise<void> {
  await eventually(() => page.locator('#status').textContent(), 'offline, trying again');
}

/** Records every text of the status line from now on, in order. */
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

/** Counts the sockets that a page has open or is opening. */
export class SocketCounter {
  openNow = 0;
  mostOpen = 0;
  /** All that it ever made. */
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

/** The scroll box of the messages, in pixels. */
export interface BoxView {
  readonly height: number;
  /** The height of its content. */
  readonly content: number;
  /** How much of the content lies below the visible part. */
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

/** Without a pointer, which would scroll to the button and thereby load the page of history. */
export async function loadEarlier(page: Page): Promise<void> {
  const button = page.locator('#earlier');
  await button.waitFor();
  await button.dispatchEvent('click');
}
