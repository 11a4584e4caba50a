import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { TestAccounts } from '../testing/test-accounts.ts';
import type { TestBrowser } from '../testing/test-browser.ts';

let server: TestAccounts;
let alice: TestBrowser;
let bob: TestBrowser;
beforeAll(async () => {
  server = await TestAccounts.open();
  [alice, bob] = await Promise.all([server.signUp('alice'), server.signUp('bob')]);
});
afterAll(() => server.close());

/** Each is a way to come without the token of one's own page. */
const WRONG: ReadonlyArray<readonly [string, () => Record<string, string | null>]> = [
  ['no token', () => ({ 'x-csrftoken': null })],
  ['an empty token', () => ({ 'x-csrftoken': '' })],
  ['a made-up token', () => ({ 'x-csrftoken': 'A'.repeat(43) })],
  ["another session's token", () => ({ 'x-csrftoken': bob.csrf })],
  ['the token in a cookie only', () => ({ 'x-csrftoken': null, cookie: `${sessionOf(alice)}; csrf=${alice.csrf}` })],
  ['the cookie as a token', () => ({ 'x-csrftoken': alice.cookies.get('__Host-salon-session') ?? '' })],
  ['a foreign origin', () => ({ origin: 'https://evil.test' })],
  ['an origin that is null', () => ({ origin: 'null' })],
  ['a cross-site request', () => ({ 'sec-fetch-site': 'cross-site', origin: null })],
  ['a foreign referer', () => ({ referer: 'https://evil.test/', origin: null })],
];

function sessionOf(browser: TestBrowser): string {
  return [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

/** The table itself is gone through, so that a new route cannot be forgotten. */
test.each(WRONG)('S14: no POST is done with %s', async (_, headers) => {
  const posts = server.routes.filter((route) => route.method === 'POST');
  expect(posts.length).toBeGreaterThan(4);
  for (const { path } of posts) {
    const all = Object.entries({ ...alice.formHeaders(), ...headers() });
    const given = all.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
    const body = `csrf=${alice.csrf}&X-CSRFToken=${alice.csrf}&csrfmiddlewaretoken=${alice.csrf}`;
    const answer = await alice.request(path.replaceAll(/:\w+/g, 'x'), {
      method: 'POST',
      headers: Object.fromEntries(given),
      body,
    });
    expect([path, answer.status]).toEqual([path, 403]);
    expect(JSON.stringify(await answer.json())).toContain('"code":"csrf"');
  }
  expect((await alice.me()).user).toBe('alice');
});

describe('S14: before there is a session', () => {
  test("another visitor's token does not sign in", async () => {
    const [here, there] = await Promise.all([server.browser().openAccountPage(), server.browser().openAccountPage()]);
    here.csrf = there.csrf;
    expect((await here.send('/account/login', { username: 'alice', password: 'x' })).status).toBe(403);
  });

  test('a token without its cookie does not sign in', async () => {
    const browser = await server.browser().openAccountPage();
    browser.cookies.clear();
    expect((await browser.send('/account/login', { username: 'alice', password: 'x' })).status).toBe(403);
  });

  test('a page out of date gets on with the token that /account/me gives', async () => {
    const browser = await server.browser().openAccountPage();
    browser.csrf = 'from yesterday';
    expect((await browser.send('/account/logout')).status).toBe(403);
    browser.csrf = (await browser.me()).csrf;
    expect((await browser.send('/account/logout')).status).toBe(200);
  });
});
