import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Route } from '../http/route.ts';
import { testApplication } from '../testing/test-application.ts';
import { Pages } from './pages.ts';

const NEEDED = '{{csrf}}{{user}}{{style}}{{script}}';
const PAGES = join(import.meta.dir, '../../web/pages');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salon-pages-'));
});
afterAll(() => rm(directory, { recursive: true }));

const parts = (from: string) => ({
  directory: from,
  version: '1.2.3',
  signup: 'open' as const,
  style: '/assets/s.css',
  scripts: { account: '/assets/a.js', chat: '/assets/c.js' },
});

async function written(account: string, chat = NEEDED, notFound = '{{style}}'): Promise<Pages> {
  await Promise.all([
    Bun.write(join(directory, 'account.html'), account),
    Bun.write(join(directory, 'chat.html'), chat),
    Bun.write(join(directory, 'not-found.html'), notFound),
  ]);
  return Pages.load(parts(directory));
}

async function shown(pages: Pages, target: string, signedInAs?: string): Promise<string> {
  const routes: Route[] = [
    { method: 'GET', path: '/account', access: 'anyone', answer: (context) => pages.account(context) },
    { method: 'GET', path: '/chat', access: 'anyone', answer: (context) => pages.chat(context, 'a<b') },
  ];
  const browser = testApplication(routes).browser(signedInAs === undefined ? {} : { signedInAs });
  return (await browser.get(target)).text();
}

test('S5: the page knows by itself who is signed in, before any script runs', async () => {
  const pages = await written(`${NEEDED}|in:{{signed_in}}|out:{{signed_out}}|`);
  expect(await shown(pages, '/account')).toContain('|in:hidden|out:|');
  expect(await shown(pages, '/account', 'ann')).toContain('|in:|out:hidden|');
});

test('S14: the token stands in the page', async () => {
  const pages = await written(`${NEEDED}<meta name="csrf-token" content="{{csrf}}">`);
  expect(await shown(pages, '/account')).toMatch(/<meta name="csrf-token" content="[\w-]{43}">/);
});

test('what comes with the address is checked before it stands in the page', async () => {
  const pages = await written(`${NEEDED}[{{next}}][{{setup}}]`);
  expect(await shown(pages, '/account?next=%2Fchat%2Fgeneral&setup=abc-_9')).toContain('[/chat/general][abc-_9]');
  const hostile = encodeURIComponent('"><script>');
  expect(await shown(pages, `/account?next=${hostile}&setup=${hostile}`)).toContain('[][]');
});

test('names of people and rooms are text in the page, never markup', async () => {
  const pages = await written(NEEDED, `${NEEDED}<p title="{{room}}">{{user}}</p>`);
  const page = await shown(pages, '/chat', '<b>"ann"');
  expect(page).toContain('<p title="a&lt;b">&lt;b&gt;&quot;ann&quot;</p>');
});

test('a page with an unknown placeholder fails the start', async () => {
  const problem = await written(`${NEEDED}{{usr}}`).catch((error: unknown) => error);
  expect(problem).toMatchObject({ message: 'the page has an unknown placeholder {{usr}}' });
});

test('the page for all cannot contain a value of one user', async () => {
  const problem = await written(NEEDED, NEEDED, '{{user}}').catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(Error);
});

test('a browser that unpacks gzip gets the same page packed', async () => {
  const pages = await written(`${NEEDED}|<p>{{next}}</p>`);
  const route: Route = {
    method: 'GET',
    path: '/account',
    access: 'anyone',
    answer: (context) => pages.account(context),
  };
  const browser = testApplication([route]).browser({});
  const plain = await browser.get('/account?next=/chat');
  const packed = await browser.get('/account?next=/chat', { 'accept-encoding': 'gzip, deflate, br' });
  expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([null, 'gzip']);
  expect(packed.headers.get('vary')).toBe('accept-encoding');
  expect(gunzipSync(await packed.bytes()).toString()).toBe(await plain.text());
});

test('the pages of Salon can be filled, and the one for a wrong address shows a way back', async () => {
  const pages = await Pages.load(parts(PAGES));
  expect(await shown(pages, '/account')).toMatch(/<meta name="csrf-token" content="[\w-]{43}"/);
  expect(await shown(pages, '/account', 'ann')).toContain('ann');
  const missing = pages.notFound();
  expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('href="/chat"')]);
});
