import { describe, expect, test } from 'bun:test';
import { FormErrors } from './form-errors.ts';
import { PasswordHasher } from './password-hasher.ts';

/** Work that ends when the test says so. */
function held() {
  const begun: Array<PromiseWithResolvers<PromiseWithResolvers<string>>> = [];
  const verified: string[] = [];
  let works = 0;
  const work = (at: number) => {
    begun[at] ??= Promise.withResolvers();
    return begun[at];
  };
  return {
    verified,
    /** Resolves when that work has begun. */
    work: (at: number) => work(at).promise,
    works: () => works,
    functions: {
      hash: () => {
        const one = Promise.withResolvers<string>();
        work(works).resolve(one);
        works += 1;
        return one.promise;
      },
      verify: async (_: string, hash: string) => {
        verified.push(hash);
        return true;
      },
    },
  };
}

describe('what is stored', () => {
  test('argon2id with 19 MiB and two passes, and another salt each time', async () => {
    const hashing = new PasswordHasher();
    const [one, other] = await Promise.all([hashing.hash('four boats'), hashing.hash('four boats')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await hashing.verify('four boats', one)).toBe(true);
    expect(await hashing.verify('Four boats', one)).toBe(false);
  });

  test('a NUL does not end a password', async () => {
    const hashing = new PasswordHasher();
    const hash = await hashing.hash('four\0boats');
    expect(await hashing.verify('four\0ships', hash)).toBe(false);
  });

  test('an unknown user costs the same work as a known one', async () => {
    const { functions, verified } = held();
    expect(await new PasswordHasher({ functions }).verifyUnknown('four boats')).toBe(false);
    const stored = await new PasswordHasher().hash('four boats');
    const work = (hash: string | undefined) => hash?.split('$').slice(0, 4).join('$');
    expect(work(verified[0])).toBe(work(stored));
  });
});

describe('when many come at once', () => {
  test('no more are computed at once than there is room for; the next begins when one ends', async () => {
    const { functions, work, works } = held();
    const hashing = new PasswordHasher({ functions, atOnce: 2 });
    const answers = ['a', 'b', 'c'].map((password) => hashing.hash(password));
    const [first, second] = await Promise.all([work(0), work(1)]);
    expect(works()).toBe(2);
    first.resolve('first');
    (await work(2)).resolve('third');
    second.resolve('second');
    expect(await Promise.all(answers)).toEqual(['first', 'second', 'third']);
  });

  test('an attempt that would wait too long is refused with 503 and Retry-After, and delays no other', async () => {
    const { functions, work } = held();
    const hashing = new PasswordHasher({ functions, atOnce: 1, waitMs: 1 });
    const first = hashing.hash('a');
    const refused = await hashing.hash('b').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FormErrors);
    expect(refused).toMatchObject({ status: 503, retryAfterS: 1 });
    (await work(0)).resolve('first');
    expect(await first).toBe('first');
    const next = hashing.hash('c');
    (await work(1)).resolve('next');
    expect(await next).toBe('next');
  });

  test('a flood is refused before it waits', async () => {
    const { functions, work, works } = held();
    const hashing = new PasswordHasher({ functions, atOnce: 1 });
    const answers = Array.from({ length: 101 }, () => hashing.hash('a'));
    await expect(hashing.hash('one more')).rejects.toMatchObject({ status: 503 });
    for (const at of answers.keys()) (await work(at)).resolve('done');
    await Promise.all(answers);
    expect(works()).toBe(101);
  });

  test('addresses take turns: a flood from one delays the first attempt of another by one turn', async () => {
    const { functions, work } = held();
    const hashing = new PasswordHasher({ functions, atOnce: 1 });
    const done: string[] = [];
    const hash = (name: string, address: string) => hashing.hash(name, address).then(() => done.push(name));
    const all = [
      ...Array.from({ length: 36 }, (_, at) => hash(`flood ${at}`, '203.0.113.7')),
      hash('own', '198.51.100.1'),
    ];
    for (const at of all.keys()) (await work(at)).resolve('done');
    await Promise.all(all);
    expect(done.slice(0, 3)).toEqual(['flood 0', 'flood 1', 'own']);
  });

  test('when too many wait, the address with the most loses its last', async () => {
    const { functions, work } = held();
    const hashing = new PasswordHasher({ functions, atOnce: 1 });
    const flood = Array.from({ length: 101 }, () =>
      hashing.hash('flood', '203.0.113.7').catch((error: unknown) => error),
    );
    const own = hashing.hash('own', '198.51.100.1');
    expect(await flood.at(-1)).toMatchObject({ status: 503 });
    await expect(hashing.hash('one more', '203.0.113.7')).rejects.toMatchObject({ status: 503 });
    for (let at = 0; at < 101; at += 1) (await work(at)).resolve('done');
    expect(await own).toBe('done');
    expect(await flood[99]).toBe('done');
  });

  test('at a stop what is computed is answered, and who waits or comes is refused at once', async () => {
    const { functions, work, works } = held();
    const hashing = new PasswordHasher({ functions, atOnce: 1, waitMs: 60_000 });
    const first = hashing.hash('a');
    const waiting = hashing.hash('b').catch((error: unknown) => error);
    let hasStopped = false;
    const stopped = hashing.stop().then(() => {
      hasStopped = true;
    });
    const later = hashing.hash('c').catch((error: unknown) => error);
    for (const refused of [await waiting, await later]) expect(refused).toMatchObject({ status: 503, retryAfterS: 60 });
    await new Promise(setImmediate);
    expect(hasStopped).toBe(false);
    (await work(0)).resolve('first');
    expect(await first).toBe('first');
    await stopped;
    await expect(hashing.hash('d')).rejects.toMatchObject({ status: 503 });
    expect(works()).toBe(1);
  });

  test('work that fails makes room for the next', async () => {
    const { functions, work } = held();
    const hashing = new PasswordHasher({ functions, atOnce: 1 });
    const failing = hashing.hash('a');
    const next = hashing.hash('b');
    (await work(0)).reject(new Error('no memory'));
    await expect(failing).rejects.toThrow('no memory');
    (await work(1)).resolve('fine');
    expect(await next).toBe('fine');
  });
});
