import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { GOOD_PASSWORD, QUICK, TestAccounts, type TestAccountsOptions } from '../testing/test-accounts.ts';
import { FormErrors } from './form-errors.ts';
import { LogInThrottle } from './log-in-throttle.ts';
import { PasswordHasher } from './password-hasher.ts';

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
const wrong = { username: 'alice', password: 'five green wooden boats' };

/** Counts the work that was asked for. */
function counting() {
  const asked: string[] = [];
  const functions = {
    hash: (password: string) => {
      asked.push('hash');
      return QUICK.hash(password);
    },
    verify: (password: string, hash: string) => {
      asked.push('verify');
      return QUICK.verify(password, hash);
    },
  };
  return { asked, hashing: new PasswordHasher({ functions }) };
}

describe('who guesses', () => {
  test('S11: waits after 5 failures, in the shape of a form, even with the right password; others do not wait', async () => {
    const { accounts, browser } = await withThrottle();
    await accounts.add('alice', GOOD_PASSWORD, 'member');
    const guesser = await browser('203.0.113.7').openAccountPage();
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await guesser.send('/account/login', wrong)).status).toBe(400);
    }
    const refused = await guesser.send('/account/login', alice);
    expect(refused).toMatchObject({
      status: 429,
      body: { success: false, errors: { __all__: [{ code: 'throttled' }] } },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    const owner = await browser('203.0.113.8').openAccountPage();
    expect((await owner.send('/account/login', alice)).status).toBe(200);
  });

  test('200 at once get five guesses, and the rest no work', async () => {
    const { asked, hashing } = counting();
    const { accounts, browser } = await withThrottle({ hasher: hashing });
    await accounts.add('alice', GOOD_PASSWORD, 'member');
    asked.length = 0;
    const guesser = await browser('203.0.113.7').openAccountPage();
    const answers = await Promise.all(Array.from({ length: 200 }, () => guesser.send('/account/login', wrong)));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(195);
    expect(asked).toHaveLength(5);
  });

  test('an address made up in a header helps nobody', async () => {
    const { browser } = await withThrottle();
    const guesser = await browser('203.0.113.7').openAccountPage();
    const statuses: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const made = { 'x-forwarded-for': `198.51.100.${tries}`, forwarded: `for=198.51.100.${tries}` };
      statuses.push((await guesser.post('/account/login', wrong, made)).status);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  });

  test('guessing the old password of a session left open is guessing, too', async () => {
    const { person } = await withThrottle();
    const left = await person('alice');
    const change = { old: 'five green wooden boats', new: 'six red paper planes' };
    for (let tries = 0; tries < 5; tries += 1) await left.send('/account/password', change);
    expect((await left.send('/account/password', { ...change, old: GOOD_PASSWORD })).status).toBe(429);
  });

  test('a class of 30 behind one address signs up; after --signups-per-hour accounts the address waits', async () => {
    const { browser } = await withThrottle({ throttle: new LogInThrottle({ signupsPerHour: 30 }) });
    const statuses: number[] = [];
    for (let made = 0; made < 31; made += 1) {
      const newcomer = await browser('203.0.113.7').openAccountPage();
      const fields = { username: `person ${String.fromCodePoint(0x4e00 + made)}`, password: GOOD_PASSWORD };
      statuses.push((await newcomer.send('/account/signup', fields)).status);
    }
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(200));
    expect(statuses[30]).toBe(429);
  });

  test('a sign-up that is refused, for the name or for the password, does not count', async () => {
    const { accounts, browser } = await withThrottle({ throttle: new LogInThrottle({ signupsPerHour: 1 }) });
    await accounts.add('alice', GOOD_PASSWORD, 'member');
    const newcomer = await browser('203.0.113.7').openAccountPage();
    for (const fields of [alice, { username: 'bob', password: 'short' }, alice]) {
      expect((await newcomer.send('/account/signup', fields)).status).toBe(400);
    }
    expect((await newcomer.send('/account/signup', { ...alice, username: 'bob' })).status).toBe(200);
    expect((await newcomer.send('/account/signup', { ...alice, username: 'carol' })).status).toBe(429);
  });

  test('of many sign-ups at once no more succeed than in a row', async () => {
    const { browser } = await withThrottle({ throttle: new LogInThrottle({ signupsPerHour: 2 }) });
    const newcomer = await browser('203.0.113.7').openAccountPage();
    const names = ['anna', 'bert', 'carl', 'dora', 'emil'];
    const answers = await Promise.all(
      names.map((username) => newcomer.post('/account/signup', { username, password: GOOD_PASSWORD })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
  });

  test('with --throttle off nobody waits', async () => {
    const opened = await open();
    const guesser = await opened.browser('203.0.113.7').openAccountPage();
    for (let tries = 0; tries < 8; tries += 1) {
      expect((await guesser.send('/account/login', wrong)).status).toBe(400);
    }
  });

  async function withThrottle(options: TestAccountsOptions = {}) {
    const opened = await open({ throttle: new LogInThrottle(), ...options });
    return {
      accounts: opened.accounts,
      browser: (client: string) => opened.browser(client),
      person: (name: string) => opened.signUp(name),
    };
  }
});

describe('work on passwords', () => {
  test('an unknown, a disabled and a known user cost one comparison each', async () => {
    const { asked, hashing } = counting();
    const { accounts } = await open({ hasher: hashing });
    await accounts.add('alice', GOOD_PASSWORD, 'member');
    await accounts.add('mallory', GOOD_PASSWORD, 'member');
    await accounts.disable('mallory');
    asked.length = 0;
    for (const username of ['alice', 'mallory', 'nobody']) {
      await accounts
        .logIn({ username, password: wrong.password }, { address: '203.0.113.7', device: '' })
        .catch(() => {});
    }
    expect(asked).toEqual(['verify', 'verify', 'verify']);
  });

  test('a password nobody can have costs nothing', async () => {
    const { asked, hashing } = counting();
    const opened = await open({ hasher: hashing });
    const browser = await opened.browser().openAccountPage();
    const long = { username: 'alice', password: 'x'.repeat(2_000) };
    expect((await browser.send('/account/login', long)).body).toMatchObject({
      errors: { password: [{ code: 'password_too_long' }] },
    });
    expect((await browser.send('/account/signup', long)).status).toBe(400);
    expect((await browser.send('/account/login', { ...long, password: 'x'.repeat(1_000_000) })).status).toBe(413);
    expect(asked).toEqual([]);
  });

  test('a name that is taken is refused before the password is hashed', async () => {
    const { asked, hashing } = counting();
    const opened = await open({ hasher: hashing });
    await opened.accounts.add('alice', GOOD_PASSWORD, 'member');
    asked.length = 0;
    const browser = await opened.browser().openAccountPage();
    expect((await browser.send('/account/signup', alice)).status).toBe(400);
    expect(asked).toEqual([]);
  });

  test('when there is no room for it, 503 says when to come back, and it was no failed guess', async () => {
    const working = Promise.withResolvers<boolean>();
    const functions = { hash: QUICK.hash, verify: () => working.promise };
    const hashing = new PasswordHasher({ functions, atOnce: 1, waitMs: 1 });
    const opened = await open({ hasher: hashing, throttle: new LogInThrottle() });
    const browser = await opened.browser().openAccountPage();
    const first = browser.send('/account/login', wrong);
    for (let tries = 0; tries < 6; tries += 1) {
      const { status, headers } = await browser.send('/account/login', wrong);
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    }
    working.resolve(false);
    expect((await first).status).toBe(400);
  });

  test('a user who is disabled while the password is verified is not logged in', async () => {
    const opened = await open({
      hasher: new PasswordHasher({
        functions: {
          hash: QUICK.hash,
          verify: async (password, hash) => {
            await opened.accounts.disable('alice');
            return QUICK.verify(password, hash);
          },
        },
      }),
    });
    await opened.accounts.add('alice', GOOD_PASSWORD, 'member');
    const browser = await opened.browser().openAccountPage();
    expect((await browser.send('/account/login', alice)).status).toBe(400);
    expect((await browser.me()).user).toBeNull();
  });
});

describe('the host, on the command line', () => {
  test('who is disabled is cut off everywhere, also where they signed in at that moment', async () => {
    const opened = await open();
    const user = await opened.accounts.add('alice', GOOD_PASSWORD, 'member');
    const received = await opened.eventsOf('just-begun');
    const disabling = opened.accounts.disable('alice');
    const begin = { tokenHash: 'just-begun', userId: user.id, expiresAt: Number.MAX_SAFE_INTEGER, device: '' };
    await Promise.all([opened.store.sessions.create(begin), disabling]);
    expect(received).toHaveLength(1);
  });

  test('gets errors in the words of the form', async () => {
    const { accounts } = await open();
    const problem = (asked: Promise<unknown>) =>
      asked.then(
        () => null,
        (error: unknown) => error,
      );
    expect(await problem(accounts.add('alice', 'short', 'member'))).toMatchObject({
      message: 'A password has at least 8 characters; 15 and more are better.',
    });
    await accounts.add('alice', GOOD_PASSWORD, 'member');
    expect(await problem(accounts.add('Alice', GOOD_PASSWORD, 'member'))).toBeInstanceOf(FormErrors);
    expect(await problem(accounts.setRole('bob', 'member'))).toMatchObject({
      errors: { username: [{ code: 'unknown', message: 'There is no user of this name.' }] },
    });
  });

  test('gives and takes the role of an administrator', async () => {
    const opened = await open();
    const browser = await opened.signUp('alice');
    await opened.accounts.setRole('alice', 'administrator');
    expect(await (await browser.get('/chat')).text()).toContain('data-admin="yes"');
    await opened.accounts.setRole('alice', 'member');
    expect(await (await browser.get('/chat')).text()).toContain('data-admin=""');
  });
});
