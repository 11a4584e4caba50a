import { expect, test } from 'bun:test';
import { parseSessions } from './session.ts';

const told = (id: string, seen: string, current = false) => ({
  id,
  created: '2026-11-20T08:00:00.000Z',
  seen,
  device: 'Firefox · Linux',
  current,
});

test('the session one looks from stands first, then those used last', () => {
  const sessions = [
    told('old', '2026-11-20T09:00:00.000Z'),
    told('late', '2026-11-22T09:00:00.000Z'),
    told('this', '2026-11-21T09:00:00.000Z', true),
  ];
  const own = parseSessions({ user: 'ann', sessions }, 'ann') ?? [];
  expect(own.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
    ['this', true],
    ['late', false],
    ['old', false],
  ]);
  expect(own[1]?.seen.toISOString()).toBe('2026-11-22T09:00:00.000Z');
});

test('what tells of somebody else is not shown as one’s own', () => {
  expect(parseSessions({ user: 'bob', sessions: [] }, 'ann')).toBeNull();
  expect(parseSessions({ sessions: [] }, 'ann')).toBeNull();
});

test('an answer of another form is none', () => {
  const good = told('x', '2026-11-20T09:00:00.000Z');
  const bad = [{ ...good, seen: 'yesterday' }, { ...good, device: 7 }, { ...good, current: 'no' }, null];
  for (const each of bad) expect(parseSessions({ user: 'ann', sessions: [good, each] }, 'ann')).toBeNull();
  for (const body of [null, [], { user: 'ann', sessions: {} }]) expect(parseSessions(body, 'ann')).toBeNull();
});
