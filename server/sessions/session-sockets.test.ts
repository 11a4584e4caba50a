import { expect, test } from 'bun:test';
import type { ChannelLayer } from '../../channels/layer/layer.ts';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import type { Session, Sessions } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { SessionSockets } from './session-sockets.ts';

const HOUR_MS = 3_600_000;

/** A store of sessions in which only what is looked at here happens. */
class FakeStore implements Sessions {
  readonly touched: string[] = [];
  lives = true;
  /** Hashes of the sessions that the store cannot touch. */
  readonly failing = new Set<string>();

  async create(): Promise<void> {}
  async ofUser(): Promise<Session[]> {
    return [];
  }
  async end(): Promise<void> {}
  async endOthers(): Promise<string[]> {
    return [];
  }
  async touch(tokenHash: string): Promise<void> {
    if (this.failing.has(tokenHash)) throw new Error('the store is busy');
    this.touched.push(tokenHash);
  }
  async existing(tokenHashes: readonly string[]): Promise<Set<string>> {
    return new Set(this.lives ? tokenHashes : []);
  }
  async find(): ReturnType<Sessions['find']> {
    const user = { id: 1, name: 'ann', role: 'member', passwordHash: '', createdAt: 0, disabledAt: null } as const;
    return this.lives ? { session: { ...SESSION, expiresAt: 20 * HOUR_MS }, user } : null;
  }
}

const SESSION = { tokenHash: 'abc', userId: 1, createdAt: 0, seenAt: 0, expiresAt: 10 * HOUR_MS, device: '' };

interface Scene {
  readonly store: FakeStore;
  readonly failures: unknown[];
  readonly sockets: SessionSockets;
  readonly time: { now: number };
  readonly layer: ChannelLayer;
}

class Socket {
  closedWith: number | null = null;

  close(code: number): void {
    this.closedWith = code;
  }
}

function scene(): Scene {
  const store = new FakeStore();
  const failures: unknown[] = [];
  const time = { now: 0 };
  const layer = createMemoryLayer();
  const sockets = new SessionSockets(
    store,
    layer,
    (error) => failures.push(error),
    () => time.now,
  );
  sockets.stop();
  return { store, failures, sockets, time, layer };
}

test('an open socket is use: once an hour its session is lengthened', async () => {
  const { store, sockets, time } = scene();
  await sockets.add(SESSION, new Socket());
  for (time.now = 0; time.now < 3 * HOUR_MS; time.now += HOUR_MS / 4) await sockets.checkAll();
  expect(store.touched).toEqual(['abc', 'abc']);
});

test('a session that the store cannot lengthen keeps no other from it, is logged, and is tried again at the next pass', async () => {
  const { store, failures, sockets, time } = scene();
  for (const tokenHash of ['a', 'b', 'c']) await sockets.add({ ...SESSION, tokenHash }, new Socket());
  store.failing.add('a');
  time.now = HOUR_MS;
  await sockets.checkAll();
  expect([store.touched, failures.length]).toEqual([['b', 'c'], 1]);
  store.failing.clear();
  time.now += 30_000;
  await sockets.checkAll();
  expect(store.touched).toEqual(['b', 'c', 'a']);
});

test('a session that ran out closes its sockets; one that was lengthened elsewhere does not', async () => {
  const { store, sockets, time } = scene();
  const socket = new Socket();
  await sockets.add({ ...SESSION, seenAt: 20 * HOUR_MS }, socket);
  time.now = 10 * HOUR_MS;
  await sockets.checkAll();
  expect(socket.closedWith).toBeNull();
  store.lives = false;
  time.now = 20 * HOUR_MS;
  await sockets.checkAll();
  expect(socket.closedWith).toBe(4401);
});

test('sessions that ended elsewhere, without an event, are found in the store and lose their sockets', async () => {
  const { store, sockets } = scene();
  const [ended, living] = [new Socket(), new Socket()];
  await sockets.add(SESSION, ended);
  await sockets.closeEnded();
  expect(ended.closedWith).toBeNull();
  store.lives = false;
  await sockets.closeEnded();
  expect([ended.closedWith, living.closedWith]).toEqual([4401, null]);
});

test('the end of a session closes all its sockets, and no others', async () => {
  const { sockets, layer } = scene();
  const [one, two, other] = [new Socket(), new Socket(), new Socket()];
  await Promise.all([sockets.add(SESSION, one), sockets.add(SESSION, two)]);
  await sockets.add({ ...SESSION, tokenHash: 'def' }, other);
  await layer.groupSend(sessionGroup('abc'), SESSION_ENDED);
  expect([one.closedWith, two.closedWith, other.closedWith]).toEqual([4401, 4401, null]);
});

test('sessions whose last socket has gone are not looked at any more, and listen to nothing', async () => {
  const { store, sockets, time, layer } = scene();
  store.lives = false;
  const [one, two] = [new Socket(), new Socket()];
  await sockets.add(SESSION, one);
  await sockets.add(SESSION, two);
  sockets.remove(SESSION, one);
  sockets.remove(SESSION, two);
  time.now = 11 * HOUR_MS;
  await sockets.checkAll();
  await layer.groupSend(sessionGroup('abc'), SESSION_ENDED);
  expect([one.closedWith, two.closedWith, store.touched]).toEqual([null, null, []]);
});
