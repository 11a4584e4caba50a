import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SESSION_ENDED } from '../layer-events.ts';
import { GOOD_PASSWORD, TestAccounts } from '../testing/test-accounts.ts';
import type { TestBrowser } from '../testing/test-browser.ts';
import { hashOfToken, newToken } from './session-token.ts';

const COOKIE = '__Host-salon-session';
const OTHER_PASSWORD = 'six red paper planes';

let server: TestAccounts;
let clock: number;
beforeAll(async () => {
  clock = Date.now();
  server = await TestAccounts.open({ now: () => clock });
});
afterAll(() => server.close());

async function signIn(username: string, password = GOOD_PASSWORD): Promise<TestBrowser> {
  const browser = await server.browser().openAccountPage();
  await browser.send('/account/login', { username, password });
  return browser;
}

function hashOf(browser: TestBrowser): string {
  return hashOfToken(browser.cookies.get(COOKIE) ?? '');
}

async function userOf(browser: TestBrowser): Promise<string | null> {
  return (await browser.me()).user;
}

describe('S7: the token of a session', () => {
  test('is sent in a cookie that scripts, other sites and plain http never see', async () => {
    const browser = await server.signUp('ada');
    await browser.send('/account/login', { username: 'ada', password: GOOD_PASSWORD });
    const line = browser.setCookieHeaders.find((cookie) => cookie.startsWith(COOKIE));
    expect(line).toMatch(/^__Host-salon-session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
  });

  test('has 256 bits, none of them foreseeable', () => {
    const tokens = Array.from({ length: 10_000 }, () => newToken().token);
    expect(new Set(tokens).size).toBe(10_000);
    expect(Buffer.from(tokens[0] ?? '', 'base64url')).toHaveLength(32);
    const ones = (bit: number) =>
      tokens.filter((token) => ((Buffer.from(token, 'base64url')[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
    // 50 is the deviation of a fair coin here; eight of them do not happen.
    for (let bit = 0; bit < 256; bit += 1) expect(Math.abs(ones(bit) - 5_000)).toBeLessThan(400);
  });

  test('stands in the database as a hash only, and the hash opens nothing', async () => {
    const browser = await server.signUp('grace');
    const [session] = await server.store.sessions.ofUser((await server.store.users.byNameKey('grace'))?.id ?? 0);
    expect(session?.tokenHash).toBe(hashOf(browser));
    expect(JSON.stringify(session)).not.toContain(browser.cookies.get(COOKIE) ?? '');
    const thief = server.browser();
    thief.cookies.set(COOKIE, session?.tokenHash ?? '');
    expect(await userOf(thief)).toBeNull();
  });

  test('is new at every log-in; a token chosen by a client is never adopted', async () => {
    await server.signUp('edsger');
    const chosen = newToken().token;
    const browser = server.browser();
    browser.cookies.set(COOKIE, chosen);
    await browser.openAccountPage();
    await browser.send('/account/login', { username: 'edsger', password: GOOD_PASSWORD });
    expect(browser.cookies.get(COOKIE)).not.toBe(chosen);
    const attacker = server.browser();
    attacker.cookies.set(COOKIE, chosen);
    expect(await userOf(attacker)).toBeNull();
  });

  test.each(['', 'x', 'A'.repeat(43), 'A'.repeat(44), '../../x', '%00', "' OR 1=1 --"])(
    'as %j it is nobody’s',
    async (made) => {
      const browser = server.browser();
      browser.cookies.set(COOKIE, made);
      expect(await userOf(browser)).toBeNull();
    },
  );

  test('a log-in on top of another ends that one', async () => {
    const browser = await server.signUp('barbara');
    await server.signUp('donald');
    const before = hashOf(browser);
    const received = await server.eventsOf(before);
    await browser.send('/account/login', { username: 'donald', password: GOOD_PASSWORD });
    expect([await userOf(browser), await server.store.sessions.find(before)]).toEqual(['donald', null]);
    expect(received).toEqual([SESSION_ENDED]);
  });
});

describe('how long a session lives', () => {
  test('14 days after its last use it is over; used meanwhile, it goes on', async () => {
    const DAY_MS = 24 * 60 * 60 * 1_000;
    const browser = await server.signUp('alan');
    const born = (await server.store.sessions.find(hashOf(browser)))?.session;
    expect(born?.expiresAt).toBe(clock + 14 * DAY_MS);
    clock += 2 * DAY_MS;
    await browser.me();
    // Nobody waits for the mark to be written; but writes are answered in the order in which they were asked for.
    await server.accounts.setRole('alan', 'member');
    expect((await server.store.sessions.find(hashOf(browser)))?.session.expiresAt).toBe(clock + 14 * DAY_MS);
  });

  test('within an hour its use is not written', async () => {
    const browser = await server.signUp('kurt');
    const born = (await server.store.sessions.find(hashOf(browser)))?.session.expiresAt;
    clock = Date.now() + 59 * 60 * 1_000;
    await browser.me();
    // As above: a mark that was asked for is written by then.
    await server.accounts.setRole('kurt', 'member');
    expect((await server.store.sessions.find(hashOf(browser)))?.session.expiresAt).toBe(born);
  });
});

describe('what ends a session', () => {
  test('log-out: the event reaches its sockets, not those of other sessions', async () => {
    const laptop = await server.signUp('john');
    const phone = await signIn('john');
    const [onLaptop, onPhone] = await Promise.all([server.eventsOf(hashOf(laptop)), server.eventsOf(hashOf(phone))]);
    await laptop.send('/account/logout');
    expect([onLaptop, onPhone]).toEqual([[SESSION_ENDED], []]);
    expect([await userOf(laptop), await userOf(phone)]).toEqual([null, 'john']);
  });

  test('a new password: the others are over, this one goes on under a new token', async () => {
    const laptop = await server.signUp('ken');
    const phone = await signIn('ken');
    const before = hashOf(laptop);
    const onPhone = await server.eventsOf(hashOf(phone));
    const answer = await laptop.send('/account/password', { old: GOOD_PASSWORD, new: OTHER_PASSWORD });
    expect(answer.body).toEqual({ success: true, user: 'ken', csrf: laptop.csrf });
    expect([await userOf(laptop), await userOf(phone)]).toEqual(['ken', null]);
    expect(onPhone).toEqual([SESSION_ENDED]);
    expect([hashOf(laptop) === before, await server.store.sessions.find(before)]).toEqual([false, null]);
    expect([await userOf(await signIn('ken')), await userOf(await signIn('ken', OTHER_PASSWORD))]).toEqual([
      null,
      'ken',
    ]);
  });

  test('the old password must be right, and the new one good', async () => {
    const browser = await server.signUp('dennis');
    expect(await browser.send('/account/password', { old: 'wrong', new: OTHER_PASSWORD })).toMatchObject({
      status: 400,
      body: { errors: { old: [{ code: 'wrong_password' }] } },
    });
    expect(await browser.send('/account/password', { old: GOOD_PASSWORD, new: 'password' })).toMatchObject({
      status: 400,
      body: { errors: { new: [{ code: 'password_too_common' }] } },
    });
    expect(await userOf(await signIn('dennis'))).toBe('dennis');
  });

  test('being disabled: all of them, and no way back until enabled', async () => {
    const laptop = await server.signUp('brian');
    const phone = await signIn('brian');
    const received = await Promise.all([server.eventsOf(hashOf(laptop)), server.eventsOf(hashOf(phone))]);
    await server.accounts.disable('Brian');
    expect(received).toEqual([[SESSION_ENDED], [SESSION_ENDED]]);
    expect([await userOf(laptop), await userOf(phone), await userOf(await signIn('brian'))]).toEqual([
      null,
      null,
      null,
    ]);
    await server.accounts.enable('brian');
    expect([await userOf(laptop), await userOf(await signIn('brian'))]).toEqual([null, 'brian']);
  });

  test('a password set by the host ends all of them', async () => {
    const browser = await server.signUp('guido');
    const received = await server.eventsOf(hashOf(browser));
    await server.accounts.setPassword('guido', OTHER_PASSWORD);
    expect([await userOf(browser), received]).toEqual([null, [SESSION_ENDED]]);
    expect(await userOf(await signIn('guido', OTHER_PASSWORD))).toBe('guido');
  });

  test('a person can tell their sessions apart by what they began on, after a new password, too', async () => {
    const browser = await server.signUp('radia');
    const firefox = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; rv:145.0) Gecko/20100101 Firefox/145.0' };
    const passwords = { old: GOOD_PASSWORD, new: OTHER_PASSWORD };
    const changed: unknown = await (await browser.post('/account/password', passwords, firefox)).json();
    expect(changed).toMatchObject({ success: true });
    expect(await (await browser.get('/account/sessions')).json()).toMatchObject({
      sessions: [{ device: 'Firefox · Windows', current: true }],
    });
  });

  test('a person sees their own sessions, and ends one or all others', async () => {
    const [laptop, eve] = await Promise.all([server.signUp('linus'), server.signUp('eve')]);
    const [phone, tablet] = await Promise.all([signIn('linus'), signIn('linus')]);
    const listed: unknown = await (await laptop.get('/account/sessions')).json();
    expect(listed).toMatchObject({
      sessions: expect.arrayContaining([
        { id: hashOf(laptop), current: true, created: expect.any(String), seen: expect.any(String), device: '' },
        { id: hashOf(phone), current: false, created: expect.any(String), seen: expect.any(String), device: '' },
      ]),
    });
    expect(await eve.send('/account/sessions/end', { id: hashOf(phone) })).toMatchObject({
      status: 400,
      body: { errors: { id: [{ code: 'not_found' }] } },
    });
    expect((await laptop.send('/account/sessions/end', { id: hashOf(phone) })).body).toMatchObject({ success: true });
    expect([await userOf(phone), await userOf(tablet)]).toEqual([null, 'linus']);
    await laptop.send('/account/sessions/end', { others: 'true' });
    expect([await userOf(tablet), await userOf(laptop)]).toEqual([null, 'linus']);
    await laptop.send('/account/sessions/end', { id: hashOf(laptop) });
    expect(await userOf(laptop)).toBeNull();
    expect((await laptop.send('/account/logout')).status).toBe(200);
  });
});

test('a user has 50 sessions at most: a further log-in ends the oldest, and its sockets', async () => {
  const first = await server.signUp('frida');
  const events = await server.eventsOf(hashOf(first));
  const browsers: TestBrowser[] = [];
  for (let session = 0; session < 49; session += 1) browsers.push(await signIn('frida'));
  expect([await userOf(first), events]).toEqual(['frida', []]);
  browsers.push(await signIn('frida'));
  expect(await userOf(first)).toBeNull();
  expect(events).toEqual([SESSION_ENDED]);
  for (const browser of browsers) expect(await userOf(browser)).toBe('frida');
});

test('sessions from before the limit are listed page by page, and the next log-in ends what is too much', async () => {
  const browser = await server.signUp('greta');
  const { id: userId = 0 } = (await server.store.users.byNameKey('greta')) ?? {};
  const expiresAt = Date.now() + 60_000;
  const hashes = Array.from({ length: 59 }, (_, at) => `old-${at}`);
  await Promise.all(
    hashes.map((tokenHash) => server.store.sessions.create({ tokenHash, userId, expiresAt, device: '' })),
  );
  const list = async (after: string): Promise<{ ids: string[]; next: string | null }> => {
    const body: unknown = await (await browser.get(`/account/sessions?after=${after}`)).json();
    const fields = new Map<string, unknown>(Object.entries(body ?? {}));
    const [sessions, next] = [fields.get('sessions'), fields.get('next')];
    const ids = Array.isArray(sessions) ? sessions.map(({ id }) => String(id)) : [];
    return { ids, next: typeof next === 'string' ? next : null };
  };
  const first = await list('');
  expect(first.ids).toHaveLength(50);
  const second = await list(first.next ?? '');
  expect([second.ids.length, second.next]).toEqual([10, null]);
  expect(new Set([...first.ids, ...second.ids]).size).toBe(60);
  await signIn('greta');
  expect(await server.store.sessions.ofUser(userId)).toHaveLength(50);
});
