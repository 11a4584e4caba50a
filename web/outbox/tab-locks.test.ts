import { beforeEach, expect, test } from 'bun:test';
import { type Locks, TabLocks } from './tab-locks.ts';

/** Locks that are granted when the test says so, with a count of those still held. */
class SlowLocks implements Locks {
  readonly #requests: (() => Promise<void>)[] = [];
  held = 0;

  async request(name: string, _: LockOptions, held: (lock: Lock | null) => Promise<void>): Promise<void> {
    await new Promise<void>((grant) => {
      this.#requests.push(async () => {
        grant();
        this.held++;
        await held({ name, mode: 'exclusive' });
        this.held--;
      });
    });
  }

  grantAll(): Promise<void> {
    for (const grant of this.#requests.splice(0)) void grant();
    return new Promise((resolve) => setImmediate(resolve));
  }
}

let locks: SlowLocks;
let tabLocks: TabLocks;

beforeEach(() => {
  locks = new SlowLocks();
  tabLocks = new TabLocks('ann', locks);
});

test('what a living page holds is given back when it goes', async () => {
  tabLocks.claim('mine');
  const isTaken = tabLocks.tryTake('of a dead one');
  await locks.grantAll();
  expect([await isTaken, locks.held]).toEqual([true, 2]);
  tabLocks.release();
  await locks.grantAll();
  expect(locks.held).toBe(0);
});

test('what is granted to a page that has gone meanwhile is nobody’s, also when the page has come back by then', async () => {
  const taken: string[] = [];
  tabLocks.claim('first name');
  const isTaken = tabLocks.tryTake('of a dead one');
  tabLocks.takeWhenFree('of a living one', () => taken.push('of a living one'));
  tabLocks.release();
  tabLocks.claim('second name');
  await locks.grantAll();
  expect([await isTaken, taken, locks.held]).toEqual([false, [], 1]);
});
