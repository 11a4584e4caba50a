/** The installed Chromium, and contexts in it that collect every error of a page and every breach of its policy. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const WHOLE = [
  process.env.CHROME_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The same engine without the windows around it: a page in it costs the machine a third. */
const SHELL = [
  process.env.CHROME_SHELL_PATH ?? '',
  process.env.CHROME_PATH ?? '',
  '/usr/lib/chromium/chromium-headless-shell',
];

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchBrowser(...flags: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: await firstOf([...SHELL, ...WHOLE]), args: [...FLAGS, ...flags] });
}

/** With notifications. */
export async function launchWholeBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await firstOf(WHOLE), args: FLAGS });
}

/** With cookies and storage in a folder, as people have it. */
export async function launchOnDisk(folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, { executablePath: await firstOf(WHOLE), args: FLAGS });
}

async function firstOf(places: readonly string[]): Promise<string> {
  for (const place of places) if (place !== '' && (await Bun.file(place).exists())) return place;
  throw new Error('no Chromium or Chrome found: set CHROME_PATH');
}

/** One user's browser: its own cookies and storage. `pageErrors` must be empty when a journey ends. */
export interface UserBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly pageErrors: string[];
  /** Closes the context; throws when a page failed or broke its policy. */
  close(): Promise<void>;
}

export async function openUserBrowser(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<UserBrowser> {
  const context = await browser.newContext(options);
  const pageErrors: string[] = [];
  await collectPageErrors(context, pageErrors);
  const page = await context.newPage();
  return { context, page, pageErrors, close: () => closeContext(context, pageErrors) };
}

/** Collects the errors of a context's pages from now on; those of open pages from their next load. */
export async function collectPageErrors(context: BrowserContext, pageErrors: string[]): Promise<void> {
  await listenForViolations(context, pageErrors);
  for (const page of context.pages()) listenForFaults(page, pageErrors);
  context.on('page', (page) => listenForFaults(page, pageErrors));
}

/** Throws when a page had an error. */
export async function closeContext(context: BrowserContext, pageErrors: readonly string[]): Promise<void> {
  // A page reports in order: once it has answered this, all its errors have arrived.
  await Promise.all(context.pages().map((each) => each.evaluate('0').catch(() => undefined)));
  await context.close();
  if (pageErrors.length > 0) throw new Error(`a page complained:\n${pageErrors.join('\n')}`);
}

/** Chromium reports a breach of the policy by an event in the page, before any script of ours could miss it. */
async function listenForViolations(context: BrowserContext, pageErrors: string[]): Promise<void> {
  await context.exposeFunction('salonPolicyBroken', (line: string) => pageErrors.push(line));
  await context.addInitScript(`
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.salonPolicyBroken('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' on ' + location.pathname);
    });
  `);
}

function listenForFaults(page: Page, pageErrors: string[]): void {
  page.on('pageerror', (error) => pageErrors.push(`script: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error' && /Content Security Policy/i.test(line.text()))
      pageErrors.push(`policy: ${line.text()}`);
  });
}
