import { describe, expect, test } from 'bun:test';
import { REFUSALS, Refusal, type RefusalCode } from '../../protocol/refusals.ts';
import { testApplication } from '../testing/test-application.ts';
import { currentUserOf, HttpError, json, type Route } from './route.ts';

const ROUTES: Route[] = [
  { method: 'GET', path: '/open', access: 'anyone', answer: () => json({ open: true }) },
  {
    method: 'GET',
    path: '/own',
    access: 'user',
    answer: (context) => json({ name: currentUserOf(context).user.name }),
  },
  { method: 'GET', path: '/page/:room', access: 'page', answer: ({ scope }) => json(scope.params) },
  { method: 'POST', path: '/do', access: 'anyone', answer: () => json({ done: true }) },
  { method: 'GET', path: '/token', access: 'anyone', answer: ({ csrf }) => json({ csrf }) },
  { method: 'GET', path: '/fault', access: 'anyone', answer: () => Promise.reject(new Error('SELECT secret FROM x')) },
  {
    method: 'GET',
    path: '/refused/:code',
    access: 'anyone',
    answer: ({ scope }) => Promise.reject(new Refusal(refusalCode(scope.params.code), 1_200)),
  },
  { method: 'GET', path: '/full', access: 'anyone', answer: () => Promise.reject(new Refusal('storage_full')) },
  {
    method: 'GET',
    path: '/account/gone',
    access: 'anyone',
    answer: () => Promise.reject(new HttpError(404, 'not_found', 'Gone.')),
  },
];

function refusalCode(code: string | undefined): RefusalCode {
  const known: readonly RefusalCode[] = ['rate_limited', 'busy', 'storage_full', 'nonce_conflict', 'too_long'];
  return known.find((one) => one === code) ?? 'forbidden';
}

const server = testApplication(ROUTES);

describe('methods and paths', () => {
  test('a wrong method gets 405 and the right ones in Allow', async () => {
    const answer = await server.browser({ signedInAs: 'ann' }).post('/open');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test.each(['GET', 'HEAD', 'TRACE', 'OPTIONS', 'PUT', 'DELETE', 'FOO'])(
    '%s changes nothing where only POST does',
    async (method) => {
      const answer = await server.browser().request('/do', { method, headers: { origin: 'https://evil.test' } });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
      expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    },
  );

  test('HEAD is answered like GET, without the body', async () => {
    const answer = await server.browser().request('/open', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(await answer.text()).toBe('');
  });

  test('an unknown path gets a page with a way back, or JSON for programs', async () => {
    const page = await server.browser().get('/nowhere', { accept: 'text/html,*/*' });
    expect([page.status, await page.text()]).toEqual([404, '<a href="/chat">back</a>']);
    const plain = await server.browser().get('/nowhere', { accept: 'application/json' });
    expect(plain.status).toBe(404);
    expect(await plain.json()).toEqual({ error: { code: 'not_found', message: 'Not found.' } });
  });

  test.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%5cpackage.json',
    '/.git/config',
    '/package.json',
    '/data/salon.db',
    '/assets/../package.json',
    '//open',
    '/page/a%2Fb',
    '/page/%00',
    '/page/%ff',
    '/__proto__',
  ])('there is nothing at %s', async (path) => {
    expect((await server.browser({ signedInAs: 'ann' }).get(path)).status).toBe(404);
  });
});

describe('who asks', () => {
  test('S22: a page sends who is not signed in to /account, and knows the way back', async () => {
    const answer = await server.browser().get('/page/general?x=1');
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/account?next=%2Fpage%2Fgeneral%3Fx%3D1');
  });

  test('what is for users gets 401 without a session', async () => {
    const answer = await server.browser().get('/own');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: { code: 'signed_out', message: 'Log in first.' } });
    expect(await (await server.browser({ signedInAs: 'ann' }).get('/own')).json()).toEqual({ name: 'ann' });
  });

  test('a session id in the address or in the body is ignored', async () => {
    const browser = server.browser();
    expect((await browser.get('/own?__Host-salon-session=ann&session=ann')).status).toBe(401);
    expect((await browser.get('/own', { authorization: 'Bearer ann', 'x-session': 'ann' })).status).toBe(401);
  });

  test('a session cookie sent twice identifies no user: one of the two was planted', async () => {
    const cookie = '__Host-salon-session=ann; __Host-salon-session=eve';
    expect((await server.browser().get('/own', { cookie })).status).toBe(401);
  });

  test('on http the cookie of a server on another port is not ours', async () => {
    const there = server.browser({ scheme: 'http', host: 'localhost:9000' });
    const cookie = 'salon-session-8000=ann';
    expect((await there.get('/own', { cookie })).status).toBe(401);
    const here = server.browser({ scheme: 'http', host: 'localhost:8000' });
    expect((await here.get('/own', { cookie })).status).toBe(200);
  });
});

describe('tokens', () => {
  test('who only reads gets no cookie', async () => {
    const browser = server.browser();
    await browser.get('/open');
    expect(browser.setCookieHeaders).toEqual([]);
  });

  test('a token before log-in is bound to a random HttpOnly cookie', async () => {
    const browser = server.browser();
    await browser.get('/token');
    expect(browser.setCookieHeaders).toHaveLength(1);
    expect(browser.setCookieHeaders[0]).toMatch(
      /^__Host-salon-csrf=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  test('the token stays the same while the cookie does, and a made-up cookie is replaced', async () => {
    const browser = server.browser();
    const first = await (await browser.get('/token')).json();
    expect(await (await browser.get('/token')).json()).toEqual(first);
    expect(browser.setCookieHeaders).toEqual([]);
    browser.cookies.set('__Host-salon-csrf', 'chosen-by-somebody-else');
    await browser.get('/token');
    expect(browser.cookies.get('__Host-salon-csrf')).not.toBe('chosen-by-somebody-else');
  });
});

describe('refusals and faults', () => {
  test.each([
    ['rate_limited', 429, '2'],
    ['busy', 503, '2'],
    ['storage_full', 507, '2'],
    ['nonce_conflict', 409, null],
    ['too_long', 400, null],
    ['forbidden', 403, null],
  ])('the refusal %s is answered with %i', async (code, status, retryAfter) => {
    const answer = await server.browser().get(`/refused/${code}`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
    const wait = retryAfter === null ? { final: true } : { final: false, retry_after: 1_200 };
    const { message } = REFUSALS[refusalCode(code)];
    expect(await answer.json()).toEqual({ error: { code, message, ...wait } });
  });

  test('what is not final says when to try again also if the one who refused did not', async () => {
    const answer = await server.browser().get('/full');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([507, '1']);
    expect(await answer.json()).toMatchObject({ error: { code: 'storage_full', final: false, retry_after: 1_000 } });
  });

  test('on /account a refusal has the shape of a form', async () => {
    const answer = await server.browser().get('/account/gone');
    expect(await answer.json()).toEqual({
      success: false,
      errors: { __all__: [{ message: 'Gone.', code: 'not_found' }] },
    });
  });

  test('the response to a fault has an id alone; the log has the error under that id', async () => {
    const answer = await server.browser().get('/fault');
    expect(answer.status).toBe(500);
    const text = await answer.text();
    const [id = ''] = /[0-9a-f-]{36}/.exec(text) ?? [];
    expect(text).not.toMatch(/SELECT|secret|\.ts|\bat\b|Error/);
    expect(server.logged.some((line) => line.includes(id) && line.includes('SELECT secret'))).toBe(true);
  });
});

describe('headers', () => {
  const EXPECTED = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'content-security-policy':
      "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': 'max-age=31536000',
    'cache-control': 'no-store',
  };

  test.each(['/open', '/nowhere', '/fault', '/own', '/page/x', '/do', '/refused/busy'])(
    'the answer at %s is guarded, and kept by nobody',
    async (path) => {
      const { headers } = await server.browser().get(path);
      expect(Object.fromEntries(headers)).toMatchObject(EXPECTED);
    },
  );

  test('an answer to a foreign host is guarded, too', async () => {
    const { headers } = await server.browser({ host: 'evil.test' }).get('/open');
    expect(Object.fromEntries(headers)).toMatchObject(EXPECTED);
  });

  test('on http there is no strict-transport-security', async () => {
    const { headers } = await server.browser({ scheme: 'http' }).get('/open');
    expect(headers.has('strict-transport-security')).toBe(false);
  });
});
