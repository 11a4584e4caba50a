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
  const earlier = paging.askEarlier();
  if (earlier === null) throw new Error('nothing was asked for');
  expect(paging.isAsked(earlier)).toBe(true);
  expect(paging.isAsked({ ...earlier })).toBe(false);
  paging.goTo(50);
  const around = paging.askWanted();
  if (around === null) throw new Error('nothing was asked for');
  expect([paging.isAsked(earlier), paging.isAsked(around)]).toEqual([false, true]);
  paging.came(earlier, messages(148, 197));
  expect(window.from).toBe(198);
  paging.failed(around);
  expect([paging.isAsked(around), paging.target]).toEqual([false, 50]);
  expect(paging.askWanted()).not.toBeNull();
});

test('who was going elsewhere and remains is not moved by a page that comes all the same', () => {
  paging.goTo(50);
  const around = paging.askWanted();
  if (around === null) throw new Error('nothing was asked for');
  paging.remain();
  expect([paging.target, paging.isAsked(around), paging.askWanted()]).toEqual([null, false, null]);
  paging.came(around, messages(25, 74));
  expect([window.from, window.isAttached, window.has(50)]).toEqual([198, true, false]);
  expect(paging.askEarlier()).not.toBeNull();
});

test('what is shown and has to be read once more is read, also for who remains where they are', () => {
  paging.close('stays');
  paging.open();
  paging.remain();
  const again = paging.askWanted();
  expect(again).toMatchObject({ kind: 'again', seq: 197 });
});
