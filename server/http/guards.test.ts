import { describe, expect, test } from 'bun:test';
import { testApplication } from '../testing/test-application.ts';
import { json, type Route } from './route.ts';

const ROUTES: Route[] = [
  { method: 'GET', path: '/open', access: 'anyone', answer: () => json({ open: true }) },
  { method: 'POST', path: '/do', access: 'anyone', answer: () => json({ done: true }) },
];

const server = testApplication(ROUTES);

describe('hosts', () => {
  const site = testApplication(ROUTES, { origins: ['https://chat.test'] });

  test.each(['chat.test', 'CHAT.test', 'localhost:8000', '127.0.0.1:8000', '[::1]:8000', '192.168.1.7'])(
    'a request for %s is answered',
    async (host) => {
      expect((await site.browser({ host }).get('/open')).status).toBe(200);
    },
  );

  test.each(['evil.test', 'chat.test.evil.test', 'evilchat.test', 'localhost.evil.test'])(
    'a request for the host %s gets 421, naming the setting and not the host',
    async (host) => {
      const answer = await site.browser({ host }).get('/open');
      expect(answer.status).toBe(421);
      const text = await answer.text();
      expect(text).toContain('--origin');
      expect(text).not.toContain('evil');
    },
  );
});

describe('where a POST comes from', () => {
  const refused = { code: 'csrf', status: 403 };
  const post = async (headers: Record<string, string>, without: readonly string[] = []) => {
    const browser = server.browser({ signedInAs: 'ann' });
    const all = Object.entries({ ...browser.formHeaders(), ...headers }).filter(([name]) => !without.includes(name));
    const answer = await browser.request('/do', { method: 'POST', headers: Object.fromEntries(all) });
    const body: unknown = await answer.json();
    return { status: answer.status, code: JSON.stringify(body).includes('"csrf"') ? 'csrf' : '' };
  };

  test('our own page may', async () => {
    expect(await post({})).toEqual({ status: 200, code: '' });
    expect(await post({ 'sec-fetch-site': 'same-origin' })).toEqual({ status: 200, code: '' });
  });

  test('a program that says nothing of it may, with the right token', async () => {
    expect(await post({}, ['origin'])).toEqual({ status: 200, code: '' });
  });

  test.each([
    'https://evil.test',
    'null',
    '',
    'https://localhost:8000.evil.test',
    'https://evillocalhost:8000',
    'http://localhost:8000',
    'https://localhost:444',
    'https://localhost',
  ])('a page of the origin "%s" may not, even with the right token', async (origin) => {
    expect(await post({ origin })).toEqual(refused);
  });

  test('a foreign Referer stands for a missing Origin', async () => {
    expect(await post({ referer: 'https://evil.test/x' }, ['origin'])).toEqual(refused);
    expect(await post({ referer: 'gibberish' }, ['origin'])).toEqual(refused);
    expect(await post({ referer: 'https://localhost:8000/chat' }, ['origin'])).toEqual({ status: 200, code: '' });
  });

  test('what the browser calls cross-site may not', async () => {
    expect(await post({ 'sec-fetch-site': 'cross-site' }, ['origin'])).toEqual(refused);
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toEqual(refused);
  });

  test('with --origin only these pages may, whatever host was asked', async () => {
    const site = testApplication(ROUTES, { origins: ['https://chat.test'] });
    const browser = site.browser({ host: '127.0.0.1:8000', signedInAs: 'ann' });
    expect((await browser.post('/do')).status).toBe(403);
    expect((await browser.post('/do', {}, { origin: 'https://chat.test' })).status).toBe(200);
  });
});
