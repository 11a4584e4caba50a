import { expect, test } from 'bun:test';
import type { MessageState } from '../../protocol/frames.ts';
import type { HistoryPage } from './page-requests.ts';
import { UnreadBackfill } from './unread-backfill.ts';

const PAGE = 50;

/** A user enters and is shown the messages from a number on. */
function entering(read: number | null, from: number) {
  const window = { from, isAtPresent: true };
  const paginator = {
    hasEarlier: true,
    requestEarlier: (): HistoryPage => ({ kind: 'earlier', seq: window.from, limit: PAGE, known: 1_000 }),
  };
  const requested: HistoryPage[] = [];
  const backfill = new UnreadBackfill({
    me: 'ann',
    window,
    paginator: paginator,
    load: (page) => void requested.push(page),
  });
  backfill.start(read);
  const comes = (user: string): boolean => {
    const page = requested.at(-1);
    if (page === undefined) throw new Error('no page was requested');
    const isWanted = backfill.isWanted(page, messagesOf(user, page.seq - PAGE, page.seq));
    if (isWanted) window.from = page.seq - PAGE;
    return isWanted;
  };
  return { backfill, window, requested, comes };
}

function messagesOf(user: string, from: number, to: number): MessageState[] {
  return Array.from({ length: to - from }, (_, at) => ({ user, message: '', seq: from + at, timestamp: '' }));
}

test('S32: who never read here, and who has read all before what is shown, is brought nothing more', () => {
  for (const read of [null, 97, 99, 100]) {
    const { backfill, requested } = entering(read, 98);
    expect([backfill.onChange(), backfill.isOver, requested]).toEqual([true, true, []]);
  }
});

test('who has unread messages before what is shown is brought them, a page at a time', () => {
  const { backfill, requested, comes } = entering(30, 98);
  expect(backfill.onChange()).toBe(false);
  expect(backfill.onChange()).toBe(false);
  expect(requested).toHaveLength(1);
  expect(comes('bob')).toBe(true);
  expect(backfill.onChange()).toBe(false);
  expect(comes('bob')).toBe(true);
  expect([backfill.onChange(), backfill.onChange(), requested.length]).toEqual([true, false, 2]);
});

test('who was here before anything was said is brought what came since', () => {
  const { backfill, requested } = entering(0, 30);
  expect([backfill.onChange(), requested.length]).toEqual([false, 1]);
});

test('who was away for long is brought two pages, and goes back alone', () => {
  const { backfill, requested, comes } = entering(5, 998);
  for (let page = 1; page <= 2; page++) {
    expect(backfill.onChange()).toBe(false);
    comes('bob');
  }
  expect([backfill.onChange(), requested.length]).toEqual([true, 2]);
});

test('a page in which only oneself wrote is not shown', () => {
  const { backfill, comes } = entering(30, 98);
  backfill.onChange();
  expect(comes('ann')).toBe(false);
  expect(backfill.onChange()).toBe(true);
});

test('a page that does not come keeps nobody waiting, and pages of other requests are shown', () => {
  const { backfill, requested } = entering(30, 98);
  backfill.onChange();
  expect(backfill.isWanted({ kind: 'later', seq: 100, limit: PAGE, known: 100 }, [])).toBe(true);
  for (const page of requested) expect(backfill.isWanted(page, null)).toBe(false);
  expect(backfill.onChange()).toBe(true);
});

test('who goes to an old message is brought what is there, and not what is unread', () => {
  const { backfill, window, requested } = entering(30, 98);
  window.isAtPresent = false;
  expect([backfill.onChange(), requested]).toEqual([true, []]);
});
