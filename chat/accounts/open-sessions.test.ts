import { expect, test } from 'bun:test';
import type { Session, Sessions } from '../../store/store.ts';
import { OpenSessions } from './open-sessions.ts';

const HOUR_MS = 3_600_000;

/** A store of sessions in which only what is looked at here happens. */
class Kept implements Sessions {
  readonly touched: string[] = [];
  lives = true;

  async create(): Promise<void> {}
  async ofUser(): Promise<Session[]> {
    return [];
  }
  async end(): Promise<void> {}
  async endOthers(): Promise<string[]> {
    return [];
  }
  async touch(tokenHash: string): Promise<void> {
    this.touched.push(tokenHash);
  }
  async find(): ReturnType<Sessions['find']> {
    const user = { id: 1, name: 'ann', role: 'member', passwordHash: '', createdAt: 0, disabledAt: null } as const;
    return this.lives ? { session: { ...SESSION, expiresAt: 20 * HOUR_MS }, user } : null;
  }
}

const SESSION = { tokenHash: 'abc', userId: 1, createdAt: 0, seenAt: 0, expiresAt: 10 * HOUR_MS };

function scene(): { kept: Kept; open: OpenSessions; time: { now: number }; ended: string[] } {
  const kept = new Kept();
  const time = { now: 0 };
  const ended: string[] = [];
  const layer = { groupSend: async (group: string) => void ended.push(group) };
  const open = new OpenSessions(
    kept,
    layer,
    () => {},
    () => time.now,
  );
  open.close();
  return { kept, open, time, ended };
}

test('an open socket is use: once an hour its session is lengthened', async () => {
  const { kept, open, time } = scene();
  open.opened(SESSION);
  for (time.now = 0; time.now < 3 * HOUR_MS; time.now += HOUR_MS / 4) await open.look();
  expect(kept.touched).toEqual(['abc', 'abc']);
});

test('a session that ran out closes its sockets; one that was lengthened elsewhere does not', async () => {
  const { kept, open, time, ended } = scene();
  open.opened({ ...SESSION, seenAt: 10 * HOUR_MS });
  time.now = 10 * HOUR_MS;
  await open.look();
  expect(ended).toEqual([]);
  kept.lives = false;
  time.now = 21 * HOUR_MS;
  open.closed(SESSION);
  open.opened({ ...SESSION, seenAt: 21 * HOUR_MS });
  await open.look();
  expect(ended).toEqual(['session_abc']);
});

test('sessions whose last socket has gone are not looked at any more', async () => {
  const { kept, open, time, ended } = scene();
  kept.lives = false;
  open.opened(SESSION);
  open.opened(SESSION);
  open.closed(SESSION);
  open.closed(SESSION);
  time.now = 11 * HOUR_MS;
  await open.look();
  expect([ended, kept.touched]).toEqual([[], []]);
});
