import { describe, expect, test } from 'bun:test';
import { testApplication } from '../testing/test-application.ts';
import { json } from './route.ts';

const server = testApplication([
  { method: 'POST', path: '/echo', access: 'anyone', answer: async (e) => json(Object.fromEntries(await e.fields())) },
]);

describe('bodies', () => {
  const echo = async (type: string | null, body: string | Uint8Array<ArrayBuffer>) => {
    const browser = server.browser({ signedInAs: 'ann' });
    const headers = { 'x-csrftoken': browser.csrf, ...(type === null ? {} : { 'content-type': type }) };
    const answer = await browser.request('/echo', { method: 'POST', headers, body });
    const text = await answer.text();
    return [answer.status, answer.status === 200 ? text : ''];
  };

  test('a form and a JSON object are the same to a route', async () => {
    expect(await echo('application/x-www-form-urlencoded', 'a=1+2&b=%C3%A4')).toEqual([200, '{"a":"1 2","b":"ä"}']);
    expect(await echo('application/json; charset=utf-8', '{"a":"1 2","b":"ä"}')).toEqual([200, '{"a":"1 2","b":"ä"}']);
  });

  test('another type gets 415, also with JSON inside', async () => {
    expect(await echo('text/plain', '{"a":1}')).toEqual([415, '']);
    expect(await echo('multipart/form-data; boundary=x', '--x--')).toEqual([415, '']);
    expect(await echo('application/json; charset=utf-16', '{}')).toEqual([415, '']);
    expect(await echo('', '{}')).toEqual([415, '']);
  });

  test.each(['', '{', '[]', '1', 'null', '"text"', '{"a":1}x', '['.repeat(100_000)])(
    'a body that is no JSON object gets 400',
    async (body) => {
      expect(await echo('application/json', body)).toEqual([400, '']);
    },
  );

  test('a field said twice, and bytes that are no text, get 400', async () => {
    expect(await echo('application/x-www-form-urlencoded', 'a=1&a=2')).toEqual([400, '']);
    expect(await echo('application/json', Uint8Array.of(0x7b, 0xff, 0x7d))).toEqual([400, '']);
  });

  test('`__proto__` is a field like any other', async () => {
    expect(await echo('application/json', '{"__proto__":{"admin":true}}')).toEqual([
      200,
      '{"__proto__":{"admin":true}}',
    ]);
  });

  test('128 KiB are read, one byte more gets 413', async () => {
    const sized = (bytes: number) => `a=${'x'.repeat(bytes - 2)}`;
    const type = 'application/x-www-form-urlencoded';
    expect((await echo(type, sized(128 * 1024)))[0]).toBe(200);
    expect(await echo(type, sized(128 * 1024 + 1))).toEqual([413, '']);
  });
});
