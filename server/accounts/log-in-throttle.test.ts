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
    fail: (name: string, address: string, times = 1) => {
      for (let failed = 0; failed < times; failed += 1) throttle.countLogIn(name, address);
    },
  };
}

function refusal(act: () => unknown): FormErrors | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof FormErrors) return error;
    throw error;
  }
}

describe('guessing passwords', () => {
  test('after 5 failures at an account an address waits, up to 15 minutes', () => {
    const { throttle, fail, pass } = clocked();
    fail('alice', '203.0.113.7', 4);
    pass(MINUTE_MS);
    fail('alice', '203.0.113.7');
    const refused = refusal(() => throttle.countLogIn('alice', '203.0.113.7'));
    expect(refused).toMatchObject({ status: 429, retryAfterS: 14 * 60 });
    expect(refused?.errors).toEqual({
      __all__: [{ code: 'throttled', message: 'Too many attempts. Wait a while and try again.' }],
    });
    pass(14 * MINUTE_MS);
    expect(refusal(() => throttle.countLogIn('alice', '203.0.113.7'))).toBeNull();
  });

  test('the account stays open to other addresses, the address to other accounts', () => {
    const { throttle, fail } = clocked();
    fail('alice', '203.0.113.7', 5);
    expect(refusal(() => throttle.countLogIn('alice', '203.0.113.8'))).toBeNull();
    expect(refusal(() => throttle.countLogIn('bob', '203.0.113.7'))).toBeNull();
  });

  test('many at once are not more than many in a row', () => {
    const { throttle } = clocked();
    const attempts = Array.from({ length: 200 }, () => refusal(() => throttle.countLogIn('alice', '203.0.113.7')));
    expect(attempts.filter((refused) => refused === null)).toHaveLength(5);
  });

  test('a success forgives what failed before', () => {
    const { throttle, fail } = clocked();
    fail('alice', '203.0.113.7', 4);
    throttle.countLogIn('alice', '203.0.113.7').succeeded();
    fail('alice', '203.0.113.7', 5);
    expect(refusal(() => throttle.countLogIn('alice', '203.0.113.7'))).not.toBeNull();
  });

  test('an attempt that was never decided does not count', () => {
    const { throttle } = clocked();
    for (let tries = 0; tries < 20; tries += 1) throttle.countLogIn('alice', '203.0.113.7').uncount();
    expect(refusal(() => throttle.countLogIn('alice', '203.0.113.7'))).toBeNull();
  });

  test('one try at each of many accounts is stopped after 50 in an hour', () => {
    const { throttle, fail, pass } = clocked();
    for (let account = 0; account < 50; account += 1) fail(`user ${account}`, '203.0.113.7');
    expect(refusal(() => throttle.countLogIn('one more', '203.0.113.7'))?.status).toBe(429);
    expect(refusal(() => throttle.countLogIn('one more', '203.0.113.8'))).toBeNull();
    pass(60 * MINUTE_MS);
    expect(refusal(() => throttle.countLogIn('one more', '203.0.113.7'))).toBeNull();
  });

  test('log-ins that succeed do not close the address to an office full of people', () => {
    const { throttle } = clocked();
    for (let person = 0; person < 200; person += 1) throttle.countLogIn(`user ${person}`, '203.0.113.7').succeeded();
    expect(refusal(() => throttle.countLogIn('one more', '203.0.113.7'))).toBeNull();
  });

  test('another name cannot be made to look like another address', () => {
    const { throttle, fail } = clocked();
    fail('a","b', 'c', 5);
    expect(refusal(() => throttle.countLogIn('a', 'b","c'))).toBeNull();
  });
});

test('as many accounts an hour can be made from an address as the setting says', () => {
  const { throttle, pass } = clocked(20);
  for (let account = 0; account < 20; account += 1) throttle.countSignUp('2001:db8::1');
  expect(refusal(() => throttle.countSignUp('2001:db8::2'))?.status).toBe(429);
  expect(refusal(() => throttle.countSignUp('2001:db8:0:1::1'))).toBeNull();
  pass(60 * MINUTE_MS);
  expect(refusal(() => throttle.countSignUp('2001:db8::1'))).toBeNull();
});

test('without a limit any number of accounts can be made', () => {
  const { throttle } = clocked(0);
  for (let account = 0; account < 200; account += 1) throttle.countSignUp('203.0.113.7');
  expect(refusal(() => throttle.countSignUp('203.0.113.7'))).toBeNull();
});

test('memory is bounded: the key that was quiet for the longest time is forgotten', () => {
  const count = new WindowCount({ limit: 1, windowMs: 1_000, now: () => 0, keysMax: 3 });
  for (const key of ['a', 'b', 'a', 'c', 'd']) count.count(key);
  expect(count.keys).toBe(3);
  expect(['a', 'b', 'c', 'd'].map((key) => count.waitMs(key) > 0)).toEqual([true, false, true, true]);
});
