import { beforeEach, expect, test } from 'bun:test';
import type { MessageState } from '../../protocol/frames.ts';
import { Paginator } from './paginator.ts';
import { TimelineWindow } from './timeline-window.ts';

const KNOWN = 200;

let window: TimelineWindow;
let paging: Paginator;

beforeEach(() => {
  window = new TimelineWindow({ shown() {}, taken() {} });
  paging = new Paginator(window, () => KNOWN);
  window.widen({ from: 198 }, messages(198, KNOWN));
  paging.open();
});

function messages(from: number, to: number): MessageState[] {
  return Array.from({ length: to - from + 1 }, (_, at) => {
    const seq = from + at;
    return { type: 'chat_message', user: 'bob', message: `number ${seq}`, seq, timestamp: '2026-11-22T12:00:00.000Z' };
  });
}

test('a page is waited for until it came, failed, or another one is wanted instead', () => {
  const earlier = paging.requestEarlier();
  if (earlier === null) throw new Error('nothing was asked for');
  expect(paging.isPending(earlier)).toBe(true);
  expect(paging.isPending({ ...earlier })).toBe(false);
  paging.goToMessage(50);
  const around = paging.requestWanted();
  if (around === null) throw new Error('nothing was asked for');
  expect([paging.isPending(earlier), paging.isPending(around)]).toEqual([false, true]);
  paging.onPage(earlier, messages(148, 197));
  expect(window.from).toBe(198);
  paging.onPageFailed(around);
  expect([paging.isPending(around), paging.target]).toEqual([false, 50]);
  paging.resume();
  expect(paging.requestWanted()).not.toBeNull();
});

test('after a failed page none is requested until the pause is over, however often the reader scrolls', () => {
  const earlier = paging.requestEarlier();
  if (earlier === null) throw new Error('nothing was asked for');
  paging.onPageFailed(earlier);
  expect([paging.requestEarlier(), paging.requestEarlier(), paging.hasEarlier]).toEqual([null, null, true]);
  paging.goToMessage(50);
  expect(paging.requestWanted()).toBeNull();
  paging.resume();
  expect(paging.requestWanted()).toMatchObject({ kind: 'around', seq: 50 });
});

test('a failed page that is no longer awaited pauses nothing, nor does one that is not to be shown', () => {
  const earlier = paging.requestEarlier();
  if (earlier === null) throw new Error('nothing was asked for');
  paging.dropPage(earlier);
  paging.onPageFailed(earlier);
  expect(paging.requestEarlier()).not.toBeNull();
});

test('a fresh entry ends the pause', () => {
  const earlier = paging.requestEarlier();
  if (earlier === null) throw new Error('nothing was asked for');
  paging.onPageFailed(earlier);
  paging.close('stays');
  paging.open();
  expect(paging.requestWanted()).toMatchObject({ kind: 'again' });
});

test('who was going elsewhere and remains is not moved by a page that comes all the same', () => {
  paging.goToMessage(50);
  const around = paging.requestWanted();
  if (around === null) throw new Error('nothing was asked for');
  paging.cancelMove();
  expect([paging.target, paging.isPending(around), paging.requestWanted()]).toEqual([null, false, null]);
  paging.onPage(around, messages(25, 74));
  expect([window.from, window.isAttached, window.has(50)]).toEqual([198, true, false]);
  expect(paging.requestEarlier()).not.toBeNull();
});

test('what is shown and has to be read once more is read, also for who remains where they are', () => {
  paging.close('stays');
  paging.open();
  paging.cancelMove();
  const again = paging.requestWanted();
  expect(again).toMatchObject({ kind: 'again', seq: 197 });
});
