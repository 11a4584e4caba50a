import { beforeEach, expect, test } from 'bun:test';
import { type Locks, TabLocks } from './tab-locks.ts';

/** Grants that come when the test says so, each answered by whether the lock was given back by now. */
class SlowLocks implements Locks {
  readonly #asked: (() => Promise<void>)[] = [];
  held = 0;

  async request(name: string, _: LockOptions, held: (lock: Lock | null) => Promise<void>): Promise<void> {
    await new Promise<void>((grant) => {
      this.#asked.push(async () => {
        grant();
        this.held++;
        await held({ name, mode: 'exclusive' });
        this.held--;
      });
    });
  }

  grantAll(): Promise<void> {
    for (const grant of this.#asked.splice(0)) void grant();
    return new Promise((resolve) => setImmediate(resolve));
  }
}

let locks: SlowLocks;
let lives: TabLocks;

beforeEach(() => {
  locks = new SlowLocks();
  lives = new TabLocks('ann', locks);
});

test('what a living page holds is given back when it goes', async () => {
  lives.claim('mine');
  const taken = lives.tryTake('of a dead one');
  await locks.grantAll();
  expect([await taken, locks.held]).toEqual([true, 2]);
  lives.release();
  await locks.grantAll();
  expect(locks.held).toBe(0);
});

test('what is granted to a page that has gone meanwhile is nobody’s, also when the page has come back by then', async () => {
  const won: string[] = [];
  lives.claim('first name');
  const taken = lives.tryTake('of a dead one');
  lives.takeWhenFree('of a living one', () => won.push('of a living one'));
  lives.release();
  lives.claim('second name');
  await locks.grantAll();
  expect([await taken, won, locks.held]).toEqual([false, [], 1]);
});
