/** Hides and shows a page: a browser without windows reports every page as visible. */
import type { Page } from 'playwright-core';

export async function hidePage(page: Page): Promise<void> {
  await setVisibility(page, 'hidden');
}

export async function showPage(page: Page): Promise<void> {
  await setVisibility(page, 'visible');
}

async function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${state === 'hidden'} });
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
    void document.dispatchEvent(new Event('visibilitychange'));
  `);
}
