import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { GOOD_PASSWORD, TestAccounts } from '../testing/test-accounts.ts';

const INVALID_LOGIN = {
  __all__: [
    {
      message: 'Please enter a correct username and password. Note that both fields may be case-sensitive.',
      code: 'invalid_login',
    },
  ],
};
const REQUIRED = [{ message: 'This field is required.', code: 'required' }];

let server: TestAccounts;
beforeAll(async () => {
  server = await TestAccounts.open();
  await server.signUp('alice');
  await server.accounts.add('mallory', GOOD_PASSWORD, 'member');
  await server.accounts.disable('mallory');
});
afterAll(() => server.close());

const alice = { username: 'alice', password: GOOD_PASSWORD };

describe('signing in and out', () => {
  test('S5: a visitor gets the form, who is signed in gets "Logged as <user>", also after a reload', async () => {
    const browser = await server.browser().openAccountPage();
    expect(await (await browser.get('/account')).text()).toMatch(/id="in" hidden>.*id="out" >/s);
    await browser.send('/account/login', alice);
    const page = await browser.get('/account');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toMatch(/id="in" >Logged as alice<.*id="out" hidden>/s);
  });

  test('S8, S9, S10: the answer to a log-in is JSON with the name, no page and no redirect', async () => {
    const browser = await server.browser().openAccountPage();
    const { status, headers, body } = await browser.send('/account/login', alice);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toEqual({ success: true, user: 'alice', csrf: browser.csrf });
  });

  test('S8: the same by JSON', async () => {
    const browser = await server.browser().openAccountPage();
    const headers = { ...browser.formHeaders(), 'content-type': 'application/json' };
    const answer = await browser.request('/account/login', { method: 'POST', headers, body: JSON.stringify(alice) });
    expect(await answer.json()).toMatchObject({ success: true, user: 'alice' });
  });

  test('S9: GET does not sign in or out', async () => {
    const browser = await server.browser().openAccountPage();
    for (const path of ['/account/login', '/account/logout', '/account/signup', '/account/password']) {
      const answer = await browser.get(`${path}?username=alice&password=${encodeURIComponent(GOOD_PASSWORD)}`);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
    expect((await browser.me()).user).toBeNull();
  });

  test('S12: log-out answers success, and the session is over', async () => {
    const browser = await server.browser().openAccountPage();
    await browser.send('/account/login', alice);
    const stolen = new Map(browser.cookies);
    const { status, body } = await browser.send('/account/logout');
    expect([status, body]).toEqual([200, { success: true, csrf: browser.csrf }]);
    expect((await browser.me()).user).toBeNull();
    const thief = server.browser();
    for (const [name, value] of stolen) thief.cookies.set(name, value);
    expect((await thief.get('/account/sessions')).status).toBe(401);
  });

  test('S12: who is not signed in can log out as well', async () => {
    const browser = await server.browser().openAccountPage();
    expect(await browser.send('/account/logout')).toMatchObject({ status: 200, body: { success: true } });
  });

  test('S14: the token in the page works, changes at log-in and at log-out, and the answer carries the new one', async () => {
    const browser = server.browser();
    const page = await (await browser.get('/account')).text();
    const inPage = /<meta name="csrf-token" content="([^"]+)">/.exec(page)?.[1] ?? '';
    browser.csrf = inPage;
    await browser.send('/account/login', alice);
    const signedIn = browser.csrf;
    expect((await browser.me()).csrf).toBe(signedIn);
    await browser.send('/account/logout');
    expect((await browser.me()).csrf).toBe(browser.csrf);
    expect(new Set([inPage, signedIn, browser.csrf]).size).toBe(3);
  });

  test('S14: a token from before log-in is worth nothing after it', async () => {
    const browser = await server.browser().openAccountPage();
    const before = browser.csrf;
    await browser.send('/account/login', alice);
    browser.csrf = before;
    expect(await browser.send('/account/logout')).toMatchObject({
      status: 403,
      body: { success: false, errors: { __all__: [{ code: 'csrf' }] } },
    });
    expect((await browser.me()).user).toBe('alice');
  });
});

describe('S11: what is wrong is told as an object of fields', () => {
  test.each([
    ['an unknown user', { username: 'nobody', password: GOOD_PASSWORD }],
    ['a wrong password', { username: 'alice', password: 'five green wooden boats' }],
    ['a disabled user', { username: 'mallory', password: GOOD_PASSWORD }],
  ])('%s hears the same as the others', async (_, fields) => {
    const browser = await server.browser().openAccountPage();
    const { status, headers, body } = await browser.send('/account/login', fields);
    expect([status, body]).toEqual([400, { success: false, errors: INVALID_LOGIN }]);
    expect([...headers.keys()].sort()).not.toContain('set-cookie');
  });

  test.each([
    [{ username: '', password: 'x' }, { username: REQUIRED }],
    [{ username: 'alice', password: '' }, { password: REQUIRED }],
    [
      { username: '', password: '' },
      { username: REQUIRED, password: REQUIRED },
    ],
    [{}, { username: REQUIRED, password: REQUIRED }],
  ])('S6: %j', async (fields: Record<string, string>, errors) => {
    const browser = await server.browser().openAccountPage();
    for (const path of ['/account/login', '/account/signup']) {
      expect(await browser.send(path, fields)).toMatchObject({ status: 400, body: { success: false, errors } });
    }
  });

  test('S6: a user name of 151 characters is refused on the server', async () => {
    const browser = await server.browser().openAccountPage();
    for (const path of ['/account/login', '/account/signup']) {
      const { status, body } = await browser.send(path, { username: 'x'.repeat(151), password: GOOD_PASSWORD });
      expect(status).toBe(400);
      expect(body).toMatchObject({ errors: { username: [{ code: 'max_length' }] } });
    }
  });

  test.each([
    { username: { $ne: null }, password: { $ne: null } },
    { username: ['alice'], password: [GOOD_PASSWORD] },
    { username: true, password: 12345678 },
    { username: JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`), password: GOOD_PASSWORD },
  ])('what is no text is refused, not converted', async (fields) => {
    const browser = await server.browser().openAccountPage();
    const headers = { ...browser.formHeaders(), 'content-type': 'application/json' };
    const answer = await browser.request('/account/login', { method: 'POST', headers, body: JSON.stringify(fields) });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: { username: [{ code: 'invalid' }] } });
  });

  test.each(["' OR 1=1 --", 'alice"; DROP TABLE users; --', 'alice%', '{{7*7}}'])(
    'the name %j is only a name',
    async (username) => {
      const browser = await server.browser().openAccountPage();
      expect(await browser.send('/account/login', { username, password: GOOD_PASSWORD })).toMatchObject({
        status: 400,
        body: { errors: INVALID_LOGIN },
      });
    },
  );
});

describe('signing up', () => {
  test('S10: answers as a log-in does and signs in', async () => {
    const browser = await server.browser().openAccountPage();
    const { status, body } = await browser.send('/account/signup', { username: 'carol', password: GOOD_PASSWORD });
    expect([status, body]).toEqual([200, { success: true, user: 'carol', csrf: browser.csrf }]);
    expect((await browser.me()).user).toBe('carol');
  });

  test.each(['alice', 'ALICE', 'AIice', 'ａlice', 'а1ісе'])('a second alice cannot come as %s', async (username) => {
    const browser = await server.browser().openAccountPage();
    const { status, body } = await browser.send('/account/signup', { username, password: GOOD_PASSWORD });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toMatch(/"username":\[\{"message":"[^"]+","code":"(taken|alphabets)"/);
  });

  test('of two who sign up with one name at once, one gets it', async () => {
    const [one, other] = await Promise.all([server.browser().openAccountPage(), server.browser().openAccountPage()]);
    const fields = { username: 'twin', password: GOOD_PASSWORD };
    const answers = await Promise.all([one.send('/account/signup', fields), other.send('/account/signup', fields)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  test('the errors of a bad name and a bad password come together', async () => {
    const browser = await server.browser().openAccountPage();
    expect(await browser.send('/account/signup', { username: ' x', password: 'short' })).toMatchObject({
      status: 400,
      body: { errors: { username: [{ code: 'spaces' }], password: [{ code: 'password_too_short' }] } },
    });
  });

  test('a name that is markup stays a name in the page', async () => {
    const browser = await server.signUp('<img src=x>');
    expect(await (await browser.get('/account')).text()).toContain('Logged as &lt;img src=x&gt;<');
  });

  test('one signs in however the name was written, and is called as one signed up', async () => {
    await server.signUp('Zoë');
    const browser = await server.browser().openAccountPage();
    expect(await browser.send('/account/login', { username: 'ZOE\u0308 ', password: GOOD_PASSWORD })).toMatchObject({
      body: { user: 'Zoë' },
    });
  });
});

describe('pages', () => {
  test('S22: a page leads to sign in and keeps the way back, on our host only', async () => {
    const browser = server.browser();
    const away = await browser.get('/chat/general');
    const way = away.headers.get('location') ?? '';
    expect([away.status, way]).toEqual([302, '/account?next=%2Fchat%2Fgeneral']);
    expect(await (await browser.get(way)).text()).toContain('data-next="/chat/general"');
    expect(await (await browser.get('/account?next=//evil.test')).text()).toContain('data-next=""');
  });

  test('S21: /chat and /chat/<room> are pages, a room that is not there is not', async () => {
    const browser = await server.signUp('pages');
    expect(await (await browser.get('/chat')).text()).toContain('data-room=""');
    expect(await (await browser.get('/chat/general')).text()).toContain('data-room="general"');
    const missing = await browser.get('/chat/nowhere', { accept: 'text/html' });
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('href="/chat"')]);
  });

  test('/ leads to the rooms', async () => {
    const answer = await server.browser().get('/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/chat']);
  });

  test('pages and responses with a name or a token are not cached', async () => {
    const browser = await server.signUp('private');
    for (const path of ['/account', '/account/me', '/account/sessions', '/chat', '/chat/general']) {
      expect((await browser.get(path)).headers.get('cache-control')).toBe('no-store');
    }
  });

  test('a server that stops says so to who asks whether it is ready', async () => {
    expect((await server.browser().get('/readyz')).status).toBe(200);
    server.isReady = false;
    expect((await server.browser().get('/readyz')).status).toBe(503);
    expect((await server.browser().get('/healthz')).status).toBe(200);
    server.isReady = true;
  });

  test('no machine is invited to read along', async () => {
    expect(await (await server.browser().get('/robots.txt')).text()).toBe('User-agent: *\nDisallow: /\n');
  });
});
