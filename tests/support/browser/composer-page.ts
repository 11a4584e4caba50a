/** What one does and sees where messages are written. */
import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { endOf, launchOnDisk, listenTo } from './browser.ts';

/** The caret, and with it the keyboard, is in the box one writes in. */
export function isInBox(page: Page): Promise<boolean> {
  return hasFocus(box(page));
}

export async function hasFocus(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(':focus')).count()) === 1;
}

export function box(page: Page): Locator {
  return page.locator('#message');
}

export async function heightOf(element: Locator): Promise<number> {
  return (await element.boundingBox())?.height ?? 0;
}

const OFFERED = `[...document.querySelectorAll('#name-choices [role="option"]')].map((option) => {
  const name = option.querySelector('.name').textContent;
  return option.getAttribute('aria-selected') === 'true' ? '[' + name + ']' : name;
})`;

/** The names that are offered, the chosen one in brackets: all of one moment, for each key makes another list. */
export async function offered(page: Page): Promise<string[]> {
  const names: unknown = await page.evaluate(OFFERED);
  return Array.isArray(names) ? names.map(String) : [];
}

export function lastRow(page: Page): Locator {
  return page.locator('#messages .message').last();
}

/** A walk in a browser that can be killed, from the first start on; fails, too, when a page on the way complained. */
export async function asMortal(walk: (mortal: MortalBrowser) => Promise<void>): Promise<void> {
  const mortal = await MortalBrowser.born();
  try {
    await walk(mortal);
    await mortal.end();
  } finally {
    await mortal.bury();
  }
}

/** It can be killed in the middle of things, and started again with what is on its disk. */
export class MortalBrowser {
  readonly #complaints: string[] = [];
  #context: BrowserContext | null = null;

  private constructor(private readonly folder: string) {}

  static async born(): Promise<MortalBrowser> {
    return new MortalBrowser(await mkdtemp(join(tmpdir(), 'salon-browser-')));
  }

  async start(): Promise<BrowserContext> {
    const context = await launchOnDisk(this.folder);
    this.#context = context;
    await listenTo(context, this.#complaints);
    return context;
  }

  /** Without a word, by SIGKILL. The browser writes its number into its lock. */
  async kill(): Promise<void> {
    const lock = await readlink(join(this.folder, 'SingletonLock'));
    const closed = new Promise((resolve) => this.#context?.once('close', resolve));
    process.kill(Number(lock.split('-').at(-1)), 'SIGKILL');
    await closed;
  }

  /** Throws when a page complained. */
  async end(): Promise<void> {
    if (this.#context !== null) await endOf(this.#context, this.#complaints);
  }

  async bury(): Promise<void> {
    await this.#context?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
