import { expect, test } from 'bun:test';
import type { MessageState } from '../../protocol/frames.ts';
import type { HistoryPage } from './page-requests.ts';
import { UnreadBackfill } from './unread-backfill.ts';

const PAGE = 50;

/** Somebody comes in and is shown the messages from a number on. */
function entering(read: number | null, from: number) {
  const window = { from, isAttached: true };
  const paging = {
    hasEarlier: true,
    requestEarlier: (): HistoryPage => ({ kind: 'earlier', seq: window.from, limit: PAGE, known: 1_000 }),
  };
  const asked: HistoryPage[] = [];
  const entry = new UnreadBackfill({ me: 'ann', window, paginator: paging, load: (page) => void asked.push(page) });
  entry.start(read);
  const comes = (user: string): boolean => {
    const page = asked.at(-1);
    if (page === undefined) throw new Error('no page was asked for');
    const isWanted = entry.isWanted(page, said(user, page.seq - PAGE, page.seq));
    if (isWanted) window.from = page.seq - PAGE;
    return isWanted;
  };
  return { entry, window, asked, comes };
}

function said(user: string, from: number, to: number): MessageState[] {
  return Array.from({ length: to - from }, (_, at) => ({ user, message: '', seq: from + at, timestamp: '' }));
}

test('S32: who never read here, and who has read all before what is shown, is brought nothing more', () => {
  for (const read of [null, 97, 99, 100]) {
    const { entry, asked } = entering(read, 98);
    expect([entry.onChange(), entry.isOver, asked]).toEqual([true, true, []]);
  }
});

test('who has unread messages before what is shown is brought them, a page at a time', () => {
  const { entry, asked, comes } = entering(30, 98);
  expect(entry.onChange()).toBe(false);
  expect(entry.onChange()).toBe(false);
  expect(asked).toHaveLength(1);
  expect(comes('bob')).toBe(true);
  expect(entry.onChange()).toBe(false);
  expect(comes('bob')).toBe(true);
  expect([entry.onChange(), entry.onChange(), asked.length]).toEqual([true, false, 2]);
});

test('who was here before anything was said is brought what came since', () => {
  const { entry, asked } = entering(0, 30);
  expect([entry.onChange(), asked.length]).toEqual([false, 1]);
});

test('who was away for long is brought two pages, and goes back alone', () => {
  const { entry, asked, comes } = entering(5, 998);
  for (let page = 1; page <= 2; page++) {
    expect(entry.onChange()).toBe(false);
    comes('bob');
  }
  expect([entry.onChange(), asked.length]).toEqual([true, 2]);
});

test('a page in which only oneself wrote is not shown', () => {
  const { entry, comes } = entering(30, 98);
  entry.onChange();
  expect(comes('ann')).toBe(false);
  expect(entry.onChange()).toBe(true);
});

test('a page that does not come keeps nobody waiting, and those that others asked for are shown', () => {
  const { entry, asked } = entering(30, 98);
  entry.onChange();
  expect(entry.isWanted({ kind: 'later', seq: 100, limit: PAGE, known: 100 }, [])).toBe(true);
  for (const page of asked) expect(entry.isWanted(page, null)).toBe(false);
  expect(entry.onChange()).toBe(true);
});

test('who goes to an old message is brought what is there, and not what is unread', () => {
  const { entry, window, asked } = entering(30, 98);
  window.isAttached = false;
  expect([entry.onChange(), asked]).toEqual([true, []]);
});
