/** What a user does and sees in the composer. */
import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { closeContext, collectPageErrors, launchOnDisk } from './browser.ts';

/** The keyboard focus is in the message box. */
export function isMessageBoxFocused(page: Page): Promise<boolean> {
  return hasFocus(messageBox(page));
}

export async function hasFocus(element: Locator): Promise<boolean> {
  return (await element.and(element.page().locator(':focus')).count()) === 1;
}

export function messageBox(page: Page): Locator {
  return page.locator('#message');
}

export async function heightOf(element: Locator): Promise<number> {
  return (await element.boundingBox())?.height ?? 0;
}

const OFFERED = `[...document.querySelectorAll('#name-choices [role="option"]')].map((option) => {
  const name = option.querySelector('.name').textContent;
  return option.getAttribute('aria-selected') === 'true' ? '[' + name + ']' : name;
})`;

/** The offered names, the selected one in brackets: read at one moment, since each key makes another list. */
export async function offeredNames(page: Page): Promise<string[]> {
  const names: unknown = await page.evaluate(OFFERED);
  return Array.isArray(names) ? names.map(String) : [];
}

export function lastRow(page: Page): Locator {
  return page.locator('#messages .message').last();
}

/** Runs a journey in a browser that can be killed; fails, too, when a page had an error. */
export async function withKillableBrowser(journey: (browser: KillableBrowser) => Promise<void>): Promise<void> {
  const browser = await KillableBrowser.create();
  try {
    await journey(browser);
    await browser.close();
  } finally {
    await browser.remove();
  }
}

/** A browser that can be killed at any time, and started again with what is on its disk. */
export class KillableBrowser {
  readonly #pageErrors: string[] = [];
  #context: BrowserContext | null = null;

  private constructor(private readonly folder: string) {}

  static async create(): Promise<KillableBrowser> {
    return new KillableBrowser(await mkdtemp(join(tmpdir(), 'salon-browser-')));
  }

  async start(): Promise<BrowserContext> {
    const context = await launchOnDisk(this.folder);
    this.#context = context;
    await collectPageErrors(context, this.#pageErrors);
    return context;
  }

  /** By SIGKILL. The browser writes its process id into its lock. */
  async kill(): Promise<void> {
    const lock = await readlink(join(this.folder, 'SingletonLock'));
    const closed = new Promise((resolve) => this.#context?.once('close', resolve));
    process.kill(Number(lock.split('-').at(-1)), 'SIGKILL');
    await closed;
  }

  /** Throws when a page had an error. */
  async close(): Promise<void> {
    if (this.#context !== null) await closeContext(this.#context, this.#pageErrors);
  }

  async remove(): Promise<void> {
    await this.#context?.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
