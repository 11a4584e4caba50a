import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import type { Store } from '../../store/store.ts';
import { GOOD_PASSWORD, TestAccounts, type TestAccountsOptions } from '../testing/test-accounts.ts';
import { Accounts } from './accounts.ts';
import { setupLink } from './admin-setup.ts';

let server: TestAccounts | undefined;
beforeEach(() => {
  server = undefined;
});
afterEach(() => server?.close());

async function open(options: TestAccountsOptions = {}): Promise<TestAccounts> {
  server = await TestAccounts.open(options);
  return server;
}

const alice = { username: 'alice', password: GOOD_PASSWORD };

describe('the first administrator', () => {
  const tokenOf = (link: string | null) => link?.split('setup=')[1] ?? '';
  const roleOf = async (opened: TestAccounts, name: string) => (await opened.store.users.byNameKey(name))?.role;

  test('signs up through the link that a new installation prints, once', async () => {
    const opened = await open();
    const link = await setupLink(opened.store);
    expect(link).toMatch(/^\/account\?setup=[\w-]{43}$/);
    const setup = tokenOf(link);
    const browser = await opened.browser().openAccountPage();
    expect(await (await browser.get(`/account?setup=${setup}`)).text()).toContain(`data-setup="${setup}"`);
    expect((await browser.send('/account/signup', { ...alice, setup })).status).toBe(200);
    expect(await roleOf(opened, 'alice')).toBeUndefined();
    expect(await (await browser.get('/chat')).text()).toContain('data-admin="yes"');
    const late = await opened.browser().openAccountPage();
    expect(await late.send('/account/signup', { ...alice, username: 'bob', setup })).toMatchObject({
      status: 400,
      body: { errors: { __all__: [{ code: 'setup_invalid' }] } },
    });
    expect(await setupLink(opened.store)).toBeNull();
  });

  test('nobody becomes one by being first', async () => {
    const opened = await open();
    await setupLink(opened.store);
    const browser = await opened.signUp('bob');
    expect(await (await browser.get('/chat')).text()).toContain('data-admin=""');
  });

  test('of two with the same link one becomes it, the other gets no account at all', async () => {
    const opened = await open();
    const setup = tokenOf(await setupLink(opened.store));
    const answers = await Promise.all(
      ['bob', 'carol', 'dave'].map(async (username) => {
        const browser = await opened.browser().openAccountPage();
        return browser.send('/account/signup', { username, password: GOOD_PASSWORD, setup });
      }),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect(await opened.store.users.count()).toBe(1);
  });

  test('a start before its use makes a new link, and the old one is void', async () => {
    const opened = await open();
    const old = tokenOf(await setupLink(opened.store));
    const setup = tokenOf(await setupLink(opened.store));
    const browser = await opened.browser().openAccountPage();
    expect((await browser.send('/account/signup', { ...alice, setup: old })).status).toBe(400);
    expect((await browser.send('/account/signup', { ...alice, setup })).status).toBe(200);
  });

  test('a refused sign-up does not use the link up', async () => {
    const opened = await open();
    const setup = tokenOf(await setupLink(opened.store));
    await opened.signUp('bob');
    const browser = await opened.browser().openAccountPage();
    for (const mistake of [{ password: 'short' }, { username: 'Bob' }]) {
      expect((await browser.send('/account/signup', { ...alice, ...mistake, setup })).status).toBe(400);
    }
    expect((await browser.send('/account/signup', { ...alice, setup })).status).toBe(200);
  });

  test('if the process is killed after any write of a sign-up, the link is still good or there is an administrator', async () => {
    const opened = await open();
    const setup = tokenOf(await setupLink(opened.store));
    const client = { address: '203.0.113.7', device: '' };
    const killed = accountsKilledAfter(1, opened.store);
    await killed.signUp({ ...alice, username: 'root' }, client, setup).catch(() => {});
    const browser = await opened.browser().openAccountPage();
    const again = await browser.send('/account/signup', { ...alice, username: 'bob', setup });
    expect([again.status === 200, (await roleOf(opened, 'root')) === 'administrator']).toContain(true);
  });

  test('with --signup closed only the link opens', async () => {
    const opened = await open({ signup: 'closed' });
    const setup = tokenOf(await setupLink(opened.store));
    const browser = await opened.browser().openAccountPage();
    expect(await browser.send('/account/signup', alice)).toMatchObject({
      status: 400,
      body: { errors: { __all__: [{ code: 'signup_closed' }] } },
    });
    expect((await browser.send('/account/signup', { ...alice, setup: 'A'.repeat(43) })).status).toBe(400);
    expect((await browser.send('/account/signup', { ...alice, setup })).status).toBe(200);
  });

  test('an administrator made on the command line makes the link void', async () => {
    const opened = await open();
    const setup = tokenOf(await setupLink(opened.store));
    await opened.accounts.add('root', GOOD_PASSWORD, 'administrator');
    const browser = await opened.browser().openAccountPage();
    expect((await browser.send('/account/signup', { ...alice, setup })).status).toBe(400);
  });
});

/** Accounts of a process that is killed as soon as it has made so many writes. */
function accountsKilledAfter(most: number, { users, sessions }: Store): Accounts {
  let writes = 0;
  const dying = <T extends object>(half: T): T =>
    new Proxy(half, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (/^(by|find|count|of|setupTokenHash)/.test(String(name))) return member.bind(target);
        writes += 1;
        return writes <= most ? member.bind(target) : () => Promise.reject(new Error('killed'));
      },
    });
  const settings = { signup: 'open', signupsPerHour: 0, throttle: false } as const;
  const layer = { groupSend: async () => {} };
  return new Accounts({ store: { users: dying(users), sessions: dying(sessions) }, layer, settings });
}
