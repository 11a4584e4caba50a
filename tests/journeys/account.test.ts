import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { Browser, Page, Response } from 'playwright-core';
import { launchBrowser, type UserBrowser } from '../support/browser/browser.ts';
import {
  addCookies,
  answersToPosts,
  fillIn,
  isPageMarked,
  logIn,
  logOut,
  markPage,
  openAccount,
  requestsOf,
  sees,
  seesForm,
  seesLoggedAs,
  signUp,
  withUserBrowser,
} from '../support/browser/browser-user.ts';
import { salon } from '../support/command.ts';
import { at } from '../support/json.ts';
import { PASSWORD, Person, signUp as signUpAs } from '../support/person.ts';
import { type Server, startServer, UNTHROTTLED } from '../support/server.ts';

const WRONG = 'not the password';
const INVALID_LOGIN = {
  __all__: [
    {
      message: 'Please enter a correct username and password. Note that both fields may be case-sensitive.',
      code: 'invalid_login',
    },
  ],
};
const REQUIRED = [{ message: 'This field is required.', code: 'required' }];

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ args: UNTHROTTLED }), launchBrowser()]);
  await signUpAs(server, 'ann');
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

function onAccountPage(journey: (page: Page, userBrowser: UserBrowser) => Promise<void>, query = ''): Promise<void> {
  return withUserBrowser(browser, async (page, userBrowser) => {
    await openAccount(page, server, query);
    await journey(page, userBrowser);
  });
}

function tokenOf(page: Page): Promise<string | null> {
  return page.getAttribute('meta[name="csrf-token"]', 'content');
}

/** The next answer to a POST of this page, and its body. */
async function answerTo(page: Page, doing: () => Promise<void>): Promise<{ response: Response; body: unknown }> {
  const [response] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === 'POST' && !isStale(each)),
    doing(),
  ]);
  return { response, body: await response.json() };
}

function isStale(response: Response): boolean {
  return response.status() === 403;
}

async function buttonIsReady(page: Page): Promise<void> {
  await page.locator('#log-in:not([aria-disabled="true"])').waitFor();
}

test('S4, S15, S17: signing up, logging out, in wrongly, in and out happen on one page that is never reloaded', async () => {
  await onAccountPage(async (page) => {
    await markPage(page);
    const requests = requestsOf(page);
    await signUp(page, 'one page');
    await seesLoggedAs(page, 'one page');
    await logOut(page);
    await seesForm(page);
    await logIn(page, 'one page', WRONG);
    await sees(page, '#form-error', INVALID_LOGIN.__all__[0]?.message ?? '');
    await logIn(page, 'one page');
    await seesLoggedAs(page, 'one page');
    await logOut(page);
    await seesForm(page);
    expect(await isPageMarked(page)).toBe(true);
    expect(page.url()).toBe(`${server.url}/account`);
    expect(requests.filter((request) => request.isNavigationRequest())).toEqual([]);
    expect(requests.map((request) => new URL(request.url()).pathname)).toEqual(
      ['signup', 'logout', 'login', 'login', 'logout'].map((action) => `/account/${action}`),
    );
  });
});

test('S5: after a manual refresh the page shows what fits', async () => {
  await onAccountPage(async (page) => {
    await page.reload();
    await seesForm(page);
    await logIn(page, 'ann');
    await seesLoggedAs(page, 'ann');
    await page.reload();
    await seesLoggedAs(page, 'ann');
    await page.locator('#log-out').waitFor();
    await logOut(page);
    await seesForm(page);
    await page.reload();
    await seesForm(page);
  });
});

test('S5: without JavaScript, too, the page shows the form, or who is logged in', async () => {
  const person = await signUpAs(server, 'no script');
  const visited = async (page: Page, { context }: UserBrowser): Promise<void> => {
    await openAccount(page, server);
    await seesForm(page);
    await addCookies(context, person);
    await page.reload();
    await seesLoggedAs(page, 'no script');
    await sees(page, '#log-out', 'Log out');
  };
  await withUserBrowser(browser, visited, { javaScriptEnabled: false });
});

test('S6, S16: the server says what is wrong with a field, and it appears under that field', async () => {
  await onAccountPage(async (page) => {
    const { body } = await answerTo(page, () => logIn(page, 'x'.repeat(151), ''));
    await sees(page, '#username + .error', 'A user name has at most 150 characters.');
    await sees(page, '.field:has(#password) .error', 'This field is required.');
    expect(await page.locator('#form-error').isVisible()).toBe(false);
    expect(await page.locator('[aria-invalid="true"]').count()).toBe(2);
    expect(at(body, 'errors', 'password')).toEqual(REQUIRED);
    await logIn(page, 'x'.repeat(150));
    await page.locator('#form-error').waitFor();
    expect(await page.locator('.field .error:visible').count()).toBe(0);
    expect(await page.locator('[aria-invalid="true"]').count()).toBe(0);
  });
});

test('half a character in a field is refused in words as any other name is', async () => {
  await onAccountPage(async (page) => {
    await fillIn(page, '');
    await page.evaluate(`document.querySelector('#username').value = 'half \\ud83d'`);
    await page.click('#log-in');
    await sees(page, '#form-error', INVALID_LOGIN.__all__[0]?.message ?? '');
    await buttonIsReady(page);
  });
});

test('S16: the error is gone once the user is logged in, and does not come back with the form', async () => {
  await onAccountPage(async (page) => {
    await logIn(page, '', '');
    await sees(page, '#username-error', 'This field is required.');
    expect(await page.locator('#username:focus').count()).toBe(1);
    await logIn(page, 'ann');
    await seesLoggedAs(page, 'ann');
    await logOut(page);
    await seesForm(page);
    expect(await page.locator('.error:visible').count()).toBe(0);
    expect(await page.inputValue('#password')).toBe('');
  });
});

test('S8, S9, S10, S12: logging in and out are AJAX requests by POST, answered with exact JSON and no redirect', async () => {
  await onAccountPage(async (page) => {
    const entered = await answerTo(page, () => logIn(page, 'ann'));
    expect(entered.body).toEqual({ success: true, user: 'ann', csrf: expect.any(String) });
    await seesLoggedAs(page, 'ann');
    const left = await answerTo(page, () => logOut(page));
    expect(left.body).toEqual({ success: true, csrf: expect.any(String) });
    for (const { response } of [entered, left]) {
      expect(response.status()).toBe(200);
      expect(response.headers()['content-type']).toMatch(/^application\/json\b/);
      expect(response.request().resourceType()).toBe('xhr');
      expect(response.request().redirectedFrom()).toBeNull();
      expect(response.request().headers()['x-requested-with']).toBe('XMLHttpRequest');
    }
  });
});

test('S11: an empty field, a wrong password, an unknown and a disabled user are answered with the exact errors', async () => {
  await signUpAs(server, 'locked out');
  expect((await salon(['user', 'disable', 'locked out', '--data', server.data])).code).toBe(0);
  const cases = [
    ['', PASSWORD, { username: REQUIRED }],
    ['ann', '', { password: REQUIRED }],
    ['', '', { username: REQUIRED, password: REQUIRED }],
    ['ann', WRONG, INVALID_LOGIN],
    ['nobody here', PASSWORD, INVALID_LOGIN],
    ['locked out', PASSWORD, INVALID_LOGIN],
  ] as const;
  await onAccountPage(async (page) => {
    for (const [name, password, errors] of cases) {
      const { response, body } = await answerTo(page, () => logIn(page, name, password));
      expect([name, password, response.status()]).toEqual([name, password, 400]);
      expect(response.headers()['content-type']).toMatch(/^application\/json\b/);
      expect(body).toEqual({ success: false, errors });
      await buttonIsReady(page);
      const shown = await page.locator('#account-form .error:visible').allTextContents();
      expect(shown).toEqual(Object.values(errors).flatMap((list) => list.map(({ message }) => message)));
    }
    await seesForm(page);
  });
});

test('S13: a click on the button and Enter in a field are taken by the page: nothing is submitted as a form', async () => {
  await onAccountPage(async (page) => {
    await page.evaluate(`
      window.prevented = [];
      for (const kind of ['submit', 'click']) document.addEventListener(kind, (event) => {
        if (kind === 'submit' || event.target.id === 'log-out') prevented.push(kind + ' ' + event.defaultPrevented);
      });
    `);
    await logIn(page, 'ann');
    await seesLoggedAs(page, 'ann');
    await logOut(page);
    await seesForm(page);
    await fillIn(page, 'ann');
    await page.press('#password', 'Enter');
    await seesLoggedAs(page, 'ann');
    expect(await page.evaluate('prevented')).toEqual(['submit true', 'click true', 'submit true']);
  });
});

test('S14: the token in the page goes out as X-CSRFToken, and the page goes on with the one of the answer', async () => {
  await onAccountPage(async (page) => {
    const tokens = [await tokenOf(page)];
    for (const step of [() => logIn(page, 'ann', WRONG), () => logIn(page, 'ann'), () => logOut(page)]) {
      const { response, body } = await answerTo(page, step);
      expect(response.request().headers()['x-csrftoken']).toBe(tokens.at(-1) ?? '');
      if (response.status() !== 200) continue;
      tokens.push(String(at(body, 'csrf')));
      await page.locator(`meta[name="csrf-token"][content="${tokens.at(-1)}"]`).waitFor({ state: 'attached' });
    }
    await seesForm(page);
    expect(tokens.every((token) => /^[\w-]{43}$/.test(token ?? ''))).toBe(true);
    expect(new Set(tokens).size).toBe(3);
    await page.reload();
    expect(await tokenOf(page)).toBe(tokens.at(-1) ?? '');
  });
});

test('S14: a POST without the token, or with the one from before log-in, gets 403 and does nothing', async () => {
  await onAccountPage(async (page) => {
    const old = await tokenOf(page);
    await logIn(page, 'ann');
    await seesLoggedAs(page, 'ann');
    for (const headers of ['{}', `{ 'X-CSRFToken': '${old}' }`]) {
      const asked = `fetch('/account/logout', { method: 'POST', headers: ${headers}, body: new URLSearchParams() })`;
      expect(await page.evaluate(`${asked}.then((answer) => answer.status)`)).toBe(403);
    }
    await page.reload();
    await seesLoggedAs(page, 'ann');
  });
});

test('S7: a session begins at log-in and is over at log-out, also for who kept its cookie', async () => {
  await onAccountPage(async (page, { context }) => {
    const sessions = async () => (await context.cookies()).filter((cookie) => cookie.name.includes('session'));
    expect(await sessions()).toEqual([]);
    await logIn(page, 'ann');
    await seesLoggedAs(page, 'ann');
    const cookies = await sessions();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Lax', path: '/' }]);
    await logOut(page);
    await seesForm(page);
    expect(await sessions()).toEqual([]);
    await context.addCookies(cookies);
    await page.reload();
    await seesForm(page);
  });
});

test('however often and fast "Log in" is clicked, one request is sent', async () => {
  await onAccountPage(async (page) => {
    const requests = requestsOf(page);
    await fillIn(page, 'ann');
    await page.evaluate(`for (let more = 3; more > 0; more--) document.querySelector('#log-in').click()`);
    await seesLoggedAs(page, 'ann');
    await logOut(page);
    await seesForm(page);
    await fillIn(page, 'ann');
    await page.dblclick('#log-in');
    await seesLoggedAs(page, 'ann');
    const asked = requests.map((request) => new URL(request.url()).pathname);
    expect(asked).toEqual(['/account/login', '/account/logout', '/account/login']);
  });
});

test('after another tab logged in, this one logs in after one more try', async () => {
  await onAccountPage(async (page, { context }) => {
    const answers = answersToPosts(page);
    const other = await context.newPage();
    await openAccount(other, server);
    await logIn(other, 'ann');
    await seesLoggedAs(other, 'ann');
    await markPage(page);
    await logIn(page, 'ann');
    await seesLoggedAs(page, 'ann');
    expect(answers().map((answer) => answer.status())).toEqual([403, 200]);
    await logOut(page);
    await seesForm(page);
    expect(answers().map((answer) => answer.status())).toEqual([200]);
    expect(await isPageMarked(page)).toBe(true);
  });
});

test('after another tab logged out, or in as another user, this one logs out after one more try', async () => {
  await signUpAs(server, 'bob');
  await onAccountPage(async (page, { context }) => {
    const answers = answersToPosts(page);
    const other = await context.newPage();
    for (const next of [null, 'bob']) {
      await logIn(page, 'ann');
      await seesLoggedAs(page, 'ann');
      await openAccount(other, server);
      await logOut(other);
      await seesForm(other);
      if (next !== null) await logIn(other, next);
      if (next !== null) await seesLoggedAs(other, next);
      answers();
      await logOut(page);
      await seesForm(page);
      expect(answers().map((answer) => answer.status())).toEqual([403, 200]);
      await other.reload();
      await seesForm(other);
    }
  });
});

test('when the server is down the page says so, and the form works once it is back', async () => {
  await onAccountPage(async (page) => {
    await markPage(page);
    await server.terminate();
    await logIn(page, 'ann');
    await sees(page, '#form-error', 'The server does not answer. Check the connection and try again.');
    await sees(page, '#log-in', 'Log in');
    await server.start();
    await page.click('#log-in');
    await seesLoggedAs(page, 'ann');
    await server.terminate();
    await logOut(page);
    await sees(page, '#signed-in .error', 'The server does not answer. Check the connection and try again.');
    await sees(page, '#signed-in #who', 'Logged as ann');
    await server.start();
    await logOut(page);
    await seesForm(page);
    expect(await isPageMarked(page)).toBe(true);
  });
});

test('S22: with ?next= logging in and signing up go on there', async () => {
  await onAccountPage(
    async (page) => {
      await logIn(page, 'ann', WRONG);
      await page.locator('#form-error').waitFor();
      await logIn(page, 'ann');
      await page.waitForURL(`${server.url}/chat/random?x=1#y`);
    },
    `?next=${encodeURIComponent('/chat/random?x=1#y')}`,
  );
  await onAccountPage(async (page) => {
    await signUp(page, 'goes on');
    await page.waitForURL(`${server.url}/chat/help`);
  }, '?next=/chat/help');
});

const ELSEWHERE = [
  '//evil.test',
  'https:evil.test',
  'https://evil.test/',
  '/\\evil.test',
  '/\t/evil.test',
  'javascript:alert(1)',
];

test('?next= never leads away from this server', async () => {
  await withUserBrowser(browser, async (page, { context }) => {
    const hosts = new Set<string>();
    context.on('request', (request) => hosts.add(new URL(request.url()).host));
    for (const next of ELSEWHERE) {
      await openAccount(page, server, `?next=${encodeURIComponent(next)}`);
      await markPage(page);
      await logIn(page, 'ann');
      await seesLoggedAs(page, 'ann');
      expect([next, await isPageMarked(page)]).toEqual([next, true]);
      await context.clearCookies();
    }
    expect([...hosts]).toEqual([new URL(server.url).host]);
  });
});

test('a user can sign up on the same page, which says what is wrong with a name or a password', async () => {
  await onAccountPage(async (page) => {
    await markPage(page);
    await signUp(page, 'ann');
    await sees(page, '#username-error', 'This name is taken, or looks like one that is.');
    await logIn(page, 'somebody new', 'short');
    await sees(page, '#password-error', 'A password has at least 8 characters; 15 and more are better.');
    expect(await page.locator('#username-error').isVisible()).toBe(false);
    await page.click('#other-way');
    await sees(page, '#log-in', 'Log in');
    expect(await page.locator('.error:visible').count()).toBe(0);
    const { body } = await answerTo(page, () => signUp(page, 'somebody new'));
    expect(body).toEqual({ success: true, user: 'somebody new', csrf: expect.any(String) });
    await seesLoggedAs(page, 'somebody new');
    expect(await isPageMarked(page)).toBe(true);
    await page.click('#to-rooms');
    await page.waitForURL(`${server.url}/chat`);
  });
});

async function mayRename(person: Person, server: Server): Promise<number> {
  await person.authenticate('login', PASSWORD);
  return (await person.post('/api/rooms/general', { topic: `as ${person.name} of ${server.port} wants` })).status;
}

test('the set-up link makes the administrator, once; nobody else becomes one', async () => {
  const link = server.setupLink ?? '';
  await withUserBrowser(browser, async (page) => {
    await page.goto(link);
    await sees(page, '#setup-note', 'This link creates the administrator account. It works once.');
    await sees(page, '#log-in', 'Sign up');
    await logIn(page, 'the host', 'short');
    await page.locator('#password-error').waitFor();
    await logIn(page, 'the host');
    await seesLoggedAs(page, 'the host');
  });
  await withUserBrowser(browser, async (page) => {
    await page.goto(link);
    await logIn(page, 'another host');
    await sees(page, '#form-error', 'This set-up link was used or replaced. Start the server again for a new one.');
  });
  expect(await mayRename(new Person(server, 'the host'), server)).toBe(200);
  expect(await mayRename(new Person(server, 'ann'), server)).toBe(403);
});

test('with --signup closed the page offers no account, and only the set-up link makes one', async () => {
  const closed = await startServer({ args: ['--signup', 'closed'] });
  try {
    await withUserBrowser(browser, async (page) => {
      await openAccount(page, closed);
      await sees(page, '#closed-line', 'Only the administrator creates accounts on this Salon.');
      expect(await page.locator('#other-way').isVisible()).toBe(false);
      await page.goto(closed.setupLink ?? '');
      expect(await page.locator('#closed-line').isVisible()).toBe(false);
      await logIn(page, 'the host');
      await seesLoggedAs(page, 'the host');
    });
    const other = new Person(closed, 'stranger');
    expect(await other.authenticate('signup', PASSWORD).catch(String)).toContain('signup_closed');
  } finally {
    await closed.stop();
  }
});

test('S11: too many guesses are answered with 429 and the time to wait', async () => {
  const strict = await startServer();
  try {
    await withUserBrowser(browser, async (page) => {
      await openAccount(page, strict);
      for (let guess = 1; guess <= 5; guess++) {
        const { response } = await answerTo(page, () => logIn(page, 'ann', `${WRONG} ${guess}`));
        expect(response.status()).toBe(400);
        await buttonIsReady(page);
      }
      const { response, body } = await answerTo(page, () => logIn(page, 'ann'));
      expect(response.status()).toBe(429);
      expect(body).toMatchObject({ success: false, errors: { __all__: [{ code: 'throttled' }] } });
      await sees(page, '#form-error', 'Too many attempts. Wait a while and try again.');
      const wait = await page.locator('#account-form [data-wait]:visible').textContent();
      expect(wait).toMatch(/^You can try again in 15 minutes, at \S.*\.$/);
    });
  } finally {
    await strict.stop();
  }
});
