import { expect, test } from 'bun:test';
import type { ChannelLayer } from '../../channels/layer/layer.ts';
import { createMemoryLayer } from '../../channels/layer/memory.ts';
import type { Session, Sessions } from '../../store/store.ts';
import { SESSION_ENDED, sessionGroup } from '../layer-events.ts';
import { SessionSockets } from './session-sockets.ts';

const HOUR_MS = 3_600_000;

/** A store of sessions in which only what is looked at here happens. */
class Kept implements Sessions {
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
  async find(): ReturnType<Sessions['find']> {
    const user = { id: 1, name: 'ann', role: 'member', passwordHash: '', createdAt: 0, disabledAt: null } as const;
    return this.lives ? { session: { ...SESSION, expiresAt: 20 * HOUR_MS }, user } : null;
  }
}

const SESSION = { tokenHash: 'abc', userId: 1, createdAt: 0, seenAt: 0, expiresAt: 10 * HOUR_MS, device: '' };

interface Scene {
  readonly kept: Kept;
  readonly failures: unknown[];
  readonly open: SessionSockets;
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
  const kept = new Kept();
  const failures: unknown[] = [];
  const time = { now: 0 };
  const layer = createMemoryLayer();
  const open = new SessionSockets(
    kept,
    layer,
    (error) => failures.push(error),
    () => time.now,
  );
  open.stop();
  return { kept, failures, open, time, layer };
}

test('an open socket is use: once an hour its session is lengthened', async () => {
  const { kept, open, time } = scene();
  await open.add(SESSION, new Socket());
  for (time.now = 0; time.now < 3 * HOUR_MS; time.now += HOUR_MS / 4) await open.checkAll();
  expect(kept.touched).toEqual(['abc', 'abc']);
});

test('a session that the store cannot lengthen keeps no other from it, is logged, and is tried again at the next pass', async () => {
  const { kept, failures, open, time } = scene();
  for (const tokenHash of ['a', 'b', 'c']) await open.add({ ...SESSION, tokenHash }, new Socket());
  kept.failing.add('a');
  time.now = HOUR_MS;
  await open.checkAll();
  expect([kept.touched, failures.length]).toEqual([['b', 'c'], 1]);
  kept.failing.clear();
  time.now += 30_000;
  await open.checkAll();
  expect(kept.touched).toEqual(['b', 'c', 'a']);
});

test('a session that ran out closes its sockets; one that was lengthened elsewhere does not', async () => {
  const { kept, open, time } = scene();
  const socket = new Socket();
  await open.add({ ...SESSION, seenAt: 20 * HOUR_MS }, socket);
  time.now = 10 * HOUR_MS;
  await open.checkAll();
  expect(socket.closedWith).toBeNull();
  kept.lives = false;
  time.now = 20 * HOUR_MS;
  await open.checkAll();
  expect(socket.closedWith).toBe(4401);
});

test('the end of a session closes all its sockets, and nobody else', async () => {
  const { open, layer } = scene();
  const [one, two, other] = [new Socket(), new Socket(), new Socket()];
  await Promise.all([open.add(SESSION, one), open.add(SESSION, two)]);
  await open.add({ ...SESSION, tokenHash: 'def' }, other);
  await layer.groupSend(sessionGroup('abc'), SESSION_ENDED);
  expect([one.closedWith, two.closedWith, other.closedWith]).toEqual([4401, 4401, null]);
});

test('sessions whose last socket has gone are not looked at any more, and listen to nothing', async () => {
  const { kept, open, time, layer } = scene();
  kept.lives = false;
  const [one, two] = [new Socket(), new Socket()];
  await open.add(SESSION, one);
  await open.add(SESSION, two);
  open.remove(SESSION, one);
  open.remove(SESSION, two);
  time.now = 11 * HOUR_MS;
  await open.checkAll();
  await layer.groupSend(sessionGroup('abc'), SESSION_ENDED);
  expect([one.closedWith, two.closedWith, kept.touched]).toEqual([null, null, []]);
});
