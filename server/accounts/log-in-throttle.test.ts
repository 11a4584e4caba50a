import { describe, expect, test } from 'bun:test';
import { FormErrors } from './form-errors.ts';
import { LogInThrottle, WindowCount } from './log-in-throttle.ts';

const MINUTE_MS = 60_000;

/** A throttle with a clock that the test turns. */
function clocked(signupsPerHour = 60) {
  let time = 0;
  const throttle = new LogInThrottle({ now: () => time, signupsPerHour });
  return {
    throttle,
    pass: (ms: number) => {
      time += ms;
    },
    fail: async (name: string, address: string, times = 1) => {
      for (let failed = 0; failed < times; failed += 1) (await throttle.startLogIn(name, address)).failed();
    },
  };
}

async function refusal(act: () => unknown): Promise<FormErrors | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (error instanceof FormErrors) return error;
    throw error;
  }
}

describe('guessing passwords', () => {
  test('after 5 failures at an account an address waits, up to 15 minutes', async () => {
    const { throttle, fail, pass } = clocked();
    await fail('alice', '203.0.113.7', 4);
    pass(MINUTE_MS);
    await fail('alice', '203.0.113.7');
    const refused = await refusal(() => throttle.startLogIn('alice', '203.0.113.7'));
    expect(refused).toMatchObject({ status: 429, retryAfterS: 14 * 60 });
    expect(refused?.errors).toEqual({
      __all__: [{ code: 'throttled', message: 'Too many attempts. Wait a while and try again.' }],
    });
    pass(14 * MINUTE_MS);
    expect(await refusal(() => throttle.startLogIn('alice', '203.0.113.7'))).toBeNull();
  });

  test('the account stays open to other addresses, the address to other accounts', async () => {
    const { throttle, fail } = clocked();
    await fail('alice', '203.0.113.7', 5);
    expect(await refusal(() => throttle.startLogIn('alice', '203.0.113.8'))).toBeNull();
    expect(await refusal(() => throttle.startLogIn('bob', '203.0.113.7'))).toBeNull();
  });

  test('many at once are not more than many in a row', async () => {
    const { throttle } = clocked();
    const looked = Array.from({ length: 200 }, () =>
      throttle.startLogIn('alice', '203.0.113.7').then(
        (attempt) => attempt.failed(),
        (error: unknown) => error,
      ),
    );
    const refused = (await Promise.all(looked)).filter((error) => error !== undefined);
    expect(refused).toHaveLength(195);
    expect(new Set(refused.map((error) => error instanceof FormErrors && error.status))).toEqual(new Set([429]));
  });

  test('attempts under way delay, and lock nobody out: any number with right passwords gets through', async () => {
    const { throttle } = clocked();
    let atOnce = 0;
    let most = 0;
    const logIn = async (name: string) => {
      const attempt = await throttle.startLogIn(name, '203.0.113.7');
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      attempt.succeeded();
    };
    await Promise.all(Array.from({ length: 200 }, (_, person) => logIn(`user ${person}`)));
    expect(most).toBe(50);
  });

  test('wrong ones at many accounts at once: no more than 50 of an address are looked at', async () => {
    const { throttle } = clocked();
    const guess = async (name: string) => (await throttle.startLogIn(name, '203.0.113.7')).failed();
    const guesses = await Promise.allSettled(Array.from({ length: 200 }, (_, person) => guess(`user ${person}`)));
    expect(guesses.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  });

  test('whoever begins 20 sessions of one user within 15 minutes waits, with the right password, too', async () => {
    const { throttle, pass } = clocked();
    for (let session = 0; session < 20; session += 1) {
      (await throttle.startLogIn('alice', `203.0.113.${session}`)).succeeded();
    }
    expect((await refusal(() => throttle.startLogIn('alice', '203.0.113.99')))?.status).toBe(429);
    expect(await refusal(() => throttle.startLogIn('bob', '203.0.113.7'))).toBeNull();
    pass(15 * MINUTE_MS);
    expect(await refusal(() => throttle.startLogIn('alice', '203.0.113.99'))).toBeNull();
  });

  test('a success forgives what failed before', async () => {
    const { throttle, fail } = clocked();
    await fail('alice', '203.0.113.7', 4);
    (await throttle.startLogIn('alice', '203.0.113.7')).succeeded();
    await fail('alice', '203.0.113.7', 5);
    expect(await refusal(() => throttle.startLogIn('alice', '203.0.113.7'))).not.toBeNull();
  });

  test('an attempt that was never decided does not count', async () => {
    const { throttle } = clocked();
    for (let tries = 0; tries < 20; tries += 1) (await throttle.startLogIn('alice', '203.0.113.7')).cancel();
    expect(await refusal(() => throttle.startLogIn('alice', '203.0.113.7'))).toBeNull();
  });

  test('one try at each of many accounts is stopped after 50 in an hour', async () => {
    const { throttle, fail, pass } = clocked();
    for (let account = 0; account < 50; account += 1) await fail(`user ${account}`, '203.0.113.7');
    expect((await refusal(() => throttle.startLogIn('one more', '203.0.113.7')))?.status).toBe(429);
    expect(await refusal(() => throttle.startLogIn('one more', '203.0.113.8'))).toBeNull();
    pass(60 * MINUTE_MS);
    expect(await refusal(() => throttle.startLogIn('one more', '203.0.113.7'))).toBeNull();
  });

  test('log-ins that succeed do not close the address to an office full of people', async () => {
    const { throttle } = clocked();
    for (let person = 0; person < 200; person += 1)
      (await throttle.startLogIn(`user ${person}`, '203.0.113.7')).succeeded();
    expect(await refusal(() => throttle.startLogIn('one more', '203.0.113.7'))).toBeNull();
  });

  test('another name cannot be made to look like another address', async () => {
    const { throttle, fail } = clocked();
    await fail('a","b', 'c', 5);
    expect(await refusal(() => throttle.startLogIn('a', 'b","c'))).toBeNull();
  });
});

test('as many accounts an hour can be made from an address as the setting says', async () => {
  const { throttle, pass } = clocked(20);
  for (let account = 0; account < 20; account += 1) throttle.countSignUp('2001:db8::1');
  expect((await refusal(() => throttle.countSignUp('2001:db8::2')))?.status).toBe(429);
  expect(await refusal(() => throttle.countSignUp('2001:db8:0:1::1'))).toBeNull();
  pass(60 * MINUTE_MS);
  expect(await refusal(() => throttle.countSignUp('2001:db8::1'))).toBeNull();
});

test('without a limit any number of accounts can be made', async () => {
  const { throttle } = clocked(0);
  for (let account = 0; account < 200; account += 1) throttle.countSignUp('203.0.113.7');
  expect(await refusal(() => throttle.countSignUp('203.0.113.7'))).toBeNull();
});

test('memory is bounded: the key that was quiet for the longest time is forgotten', async () => {
  const count = new WindowCount({ limit: 1, windowMs: 1_000, now: () => 0, keysMax: 3 });
  for (const key of ['a', 'b', 'a', 'c', 'd']) count.count(key);
  expect(count.keys).toBe(3);
  expect(['a', 'b', 'c', 'd'].map((key) => count.waitMs(key) > 0)).toEqual([true, false, true, true]);
});
