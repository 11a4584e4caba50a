import { expect, test } from 'bun:test';
import { type Subscriber, Subscriptions } from './subscriptions.ts';

/** A connection that completes its commands when the test tells it to. */
class SlowConnection implements Subscriber {
  readonly asked: string[] = [];
  readonly held = new Set<string>();
  readonly #next: (() => void)[] = [];

  subscribe(topics: string[]): Promise<void> {
    this.asked.push(`+${topics.join(',')}`);
    return this.#later(() => topics.forEach((topic) => void this.held.add(topic)));
  }

  unsubscribe(topics: string[]): Promise<void> {
    this.asked.push(`-${topics.join(',')}`);
    return this.#later(() => topics.forEach((topic) => void this.held.delete(topic)));
  }

  /** Answers one command after the other until none is left. */
  async answerAll(): Promise<void> {
    for (let next = this.#next.shift(); next !== undefined; next = this.#next.shift()) {
      next();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #later(work: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#next.push(() => {
        work();
        resolve();
      });
    });
  }
}

async function connected(): Promise<{ subscriptions: Subscriptions; connection: SlowConnection }> {
  const subscriptions = new Subscriptions(() => {});
  const connection = new SlowConnection();
  await subscriptions.attach(connection);
  return { subscriptions, connection };
}

test('a topic that is wanted and not, again and again, ends as it was wanted last, with few commands', async () => {
  const { subscriptions, connection } = await connected();
  const wishes: Promise<void>[] = [];
  for (let at = 0; at < 10; at += 1) wishes.push(subscriptions.subscribe('a'), subscriptions.unsubscribe('a'));
  wishes.push(subscriptions.subscribe('a'));
  await connection.answerAll();
  await Promise.all(wishes);
  expect([...connection.held]).toEqual(['a']);
  expect(connection.asked).toEqual(['+a']);
});

test('what is let go of while it is being asked for is let go of after that', async () => {
  const { subscriptions, connection } = await connected();
  const wishes = [subscriptions.subscribe('a'), subscriptions.unsubscribe('a')];
  await connection.answerAll();
  await Promise.all(wishes);
  expect(connection.asked).toEqual(['+a', '-a']);
  expect([...connection.held]).toEqual([]);
});

test('without a connection nobody waits, and the next one begins with all that is wanted then', async () => {
  const subscriptions = new Subscriptions(() => {});
  await Promise.all(['a', 'b', 'c'].map((topic) => subscriptions.subscribe(topic)));
  await subscriptions.unsubscribe('b');
  const connection = new SlowConnection();
  const begun = subscriptions.attach(connection);
  await connection.answerAll();
  await begun;
  expect(connection.asked).toEqual(['+a,c']);
});

test('who waits when the connection ends is let go, and an answer that comes too late changes nothing', async () => {
  const { subscriptions, connection } = await connected();
  const waiting = subscriptions.subscribe('a');
  subscriptions.detach();
  await waiting;
  const next = new SlowConnection();
  const begun = subscriptions.attach(next);
  await subscriptions.unsubscribe('b');
  await connection.answerAll();
  await next.answerAll();
  await begun;
  expect([...next.held]).toEqual(['a']);
});

test('what is let go of while a new connection begins with it is not kept', async () => {
  const subscriptions = new Subscriptions(() => {});
  await subscriptions.subscribe('a');
  const connection = new SlowConnection();
  const begun = subscriptions.attach(connection);
  const released = subscriptions.unsubscribe('a');
  await connection.answerAll();
  await Promise.all([begun, released]);
  expect(connection.asked).toEqual(['+a', '-a']);
  expect([...connection.held]).toEqual([]);
});

test('many topics are asked for in a few commands', async () => {
  const subscriptions = new Subscriptions(() => {});
  for (let at = 0; at < 2_500; at += 1) void subscriptions.subscribe(`topic-${at}`);
  const connection = new SlowConnection();
  const begun = subscriptions.attach(connection);
  await connection.answerAll();
  await begun;
  expect(connection.asked).toHaveLength(3);
  expect(connection.held.size).toBe(2_500);
});
