import { beforeEach, expect, test } from 'bun:test';
import type { MessageState } from '../../protocol/frames.ts';
import { Paginator } from './paginator.ts';
import { TimelineWindow } from './timeline-window.ts';

const KNOWN = 200;

let window: TimelineWindow;
let paginator: Paginator;

beforeEach(() => {
  window = new TimelineWindow({ onShown() {}, onRemoved() {} });
  paginator = new Paginator(window, () => KNOWN);
  window.extend({ from: 198 }, messages(198, KNOWN));
  paginator.onLive();
});

function messages(from: number, to: number): MessageState[] {
  return Array.from({ length: to - from + 1 }, (_, at) => {
    const seq = from + at;
    return { type: 'chat_message', user: 'bob', message: `number ${seq}`, seq, timestamp: '2026-11-22T12:00:00.000Z' };
  });
}

test('a page is waited for until it came, failed, or another one is wanted instead', () => {
  const earlier = paginator.requestEarlier();
  if (earlier === null) throw new Error('no page was requested');
  expect(paginator.isPending(earlier)).toBe(true);
  expect(paginator.isPending({ ...earlier })).toBe(false);
  paginator.goToMessage(50);
  const around = paginator.requestWanted();
  if (around === null) throw new Error('no page was requested');
  expect([paginator.isPending(earlier), paginator.isPending(around)]).toEqual([false, true]);
  paginator.onPage(earlier, messages(148, 197));
  expect(window.from).toBe(198);
  paginator.onPageFailed(around);
  expect([paginator.isPending(around), paginator.target]).toEqual([false, 50]);
  paginator.resume();
  expect(paginator.requestWanted()).not.toBeNull();
});

test('after a failed page none is requested until the pause is over, however often the reader scrolls', () => {
  const earlier = paginator.requestEarlier();
  if (earlier === null) throw new Error('no page was requested');
  paginator.onPageFailed(earlier);
  expect([paginator.requestEarlier(), paginator.requestEarlier(), paginator.hasEarlier]).toEqual([null, null, true]);
  paginator.goToMessage(50);
  expect(paginator.requestWanted()).toBeNull();
  paginator.resume();
  expect(paginator.requestWanted()).toMatchObject({ kind: 'around', seq: 50 });
});

test('a failed page that is no longer awaited pauses nothing, nor does one that is not to be shown', () => {
  const earlier = paginator.requestEarlier();
  if (earlier === null) throw new Error('no page was requested');
  paginator.dropPage(earlier);
  paginator.onPageFailed(earlier);
  expect(paginator.requestEarlier()).not.toBeNull();
});

test('a fresh entry ends the pause', () => {
  const earlier = paginator.requestEarlier();
  if (earlier === null) throw new Error('no page was requested');
  paginator.onPageFailed(earlier);
  paginator.onFreshEntry('keep');
  paginator.onLive();
  expect(paginator.requestWanted()).toMatchObject({ kind: 'again' });
});

test('who was going elsewhere and remains is not moved by a page that comes all the same', () => {
  paginator.goToMessage(50);
  const around = paginator.requestWanted();
  if (around === null) throw new Error('no page was requested');
  paginator.cancelMove();
  expect([paginator.target, paginator.isPending(around), paginator.requestWanted()]).toEqual([null, false, null]);
  paginator.onPage(around, messages(25, 74));
  expect([window.from, window.isAtPresent, window.has(50)]).toEqual([198, true, false]);
  expect(paginator.requestEarlier()).not.toBeNull();
});

test('what is shown and has to be read once more is read, also for who remains where they are', () => {
  paginator.onFreshEntry('keep');
  paginator.onLive();
  paginator.cancelMove();
  const again = paginator.requestWanted();
  expect(again).toMatchObject({ kind: 'again', seq: 197 });
});
