import { expect, test } from 'bun:test';
import { type Consumer, Denied } from '../consumer.ts';
import { connect, scopeFor } from '../testing/test-server.ts';
import { sessionBy, withSession, withUser } from './authentication.ts';

const SESSIONS = new Map([['token', { user: 'alice' }]]);

const bySession = sessionBy('session', (token) => SESSIONS.get(token) ?? null);

const page = withUser(bySession, ({ user: { user }, path }) => new Response(`${user} at ${path}`));

test('C33: who has a session is known to the application, by the right type', async () => {
  const answer = await page(scopeFor('/page', { cookie: 'session=token' }));
  expect(await answer.text()).toBe('alice at /page');
});

test.each(['', 'session=forged', 'session=', 'session=token; session=token', 'other=token'])(
  'B2: with the cookies %j nobody comes in: 401',
  async (cookie) => {
    await expect(page(scopeFor('/page', { cookie }))).rejects.toThrow(new Denied(401));
  },
);

test('B2: a socket is refused before it is opened', async () => {
  const socket = withUser(
    sessionBy('session', async (token) => SESSIONS.get(token) ?? null),
    ({ user: { user } }): Consumer => ({
      async connect(socket) {
        await socket.accept();
        socket.send(user);
      },
    }),
  );
  await expect(connect(socket, '/')).rejects.toThrow(new Denied(401));
  const client = await connect(socket, '/', { headers: { cookie: 'session=token' } });
  expect(await client.receiveText()).toBe('alice');
  await client.close();
});

test('without a session a page may still be shown: its scope has none', async () => {
  const open = withSession(bySession, ({ session }) => new Response(session?.user ?? 'stranger'));
  expect(await (await open(scopeFor('/', { cookie: 'session=x' }))).text()).toBe('stranger');
});
