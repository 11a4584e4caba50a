import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { launchBrowser, openUserBrowser } from './browser.ts';
import { withKillableBrowser } from './composer-page.ts';

let browser: Browser;
let server: Bun.Server<undefined>;

beforeAll(async () => {
  browser = await launchBrowser();
  server = Bun.serve({ port: 0, fetch: (request) => page(new URL(request.url).pathname) });
});

afterAll(async () => {
  await browser.close();
  await server.stop(true);
});

const BODIES: ReadonlyMap<string, string> = new Map([
  ['/quiet', '<p>nothing wrong</p>'],
  ['/breach', '<p onclick="x()">inline</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'],
  ['/fault', '<script src="/fault.js"></script>'],
]);

function page(path: string): Response {
  const policy = { 'content-security-policy': "default-src 'self'" };
  if (path === '/fault.js') return new Response('throw new Error("broken on purpose")', { headers: policy });
  return new Response(`<!doctype html>${BODIES.get(path) ?? ''}`, {
    headers: { 'content-type': 'text/html', ...policy },
  });
}

async function walk(path: string): Promise<unknown> {
  const guest = await openUserBrowser(browser);
  await guest.page.goto(server.url.href.replace(/\/$/, '') + path);
  await guest.page.waitForLoadState('load');
  return guest.close().catch((error: unknown) => error);
}

test('a page that keeps its policy and throws nothing ends a journey well', async () => {
  expect(await walk('/quiet')).toBeUndefined();
});

test('a journey fails when a page breaks its content security policy', async () => {
  expect(String(await walk('/breach'))).toContain('policy: img-src');
});

test('a journey fails when a script of a page throws', async () => {
  expect(String(await walk('/fault'))).toContain('script: broken on purpose');
});

test('so it does in a browser that keeps its things on a disk, and was killed meanwhile', async () => {
  const walked = withKillableBrowser(async (mortal) => {
    const [page] = (await mortal.start()).pages();
    await page?.goto(new URL('/breach', server.url).href);
    await page?.evaluate('0');
    await mortal.kill();
    await mortal.start();
  });
  expect(String(await walked.catch((error: unknown) => error))).toContain('policy: img-src');
});
