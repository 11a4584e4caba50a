import { expect, test } from 'bun:test';
import { changeOf, isNewMessage } from './message-change.ts';

const TIME = '2026-11-22T12:00:00.000Z';
const message = { type: 'chat_message', user: 'bob', message: 'hi', seq: 7, timestamp: TIME } as const;

test('a new message, an edit and a deletion are told apart, and whose they are', () => {
  const { message: _, ...rest } = message;
  expect(changeOf(message, 'ann')).toEqual({ kind: 'new', seq: 7, changed: 7, isMine: false });
  expect(changeOf(message, 'bob').isMine).toBe(true);
  expect(changeOf({ ...message, type: 'message_changed', changed: 9, edited: TIME }, 'ann').kind).toBe('edited');
  expect(changeOf({ ...message, changed: 9, edited: TIME }, 'ann')).toMatchObject({ kind: 'edited', changed: 9 });
  const deleted = { ...rest, type: 'message_changed', changed: 9, deleted: TIME } as const;
  expect(changeOf(deleted, 'ann')).toMatchObject({ kind: 'deleted', seq: 7, changed: 9 });
});

test('news is what was written since one was here last, and nothing that one is shown on entering', () => {
  const here = { after: 6, epoch: 'e' };
  expect(isNewMessage(message, here)).toBe(true);
  expect(isNewMessage(message, null)).toBe(false);
  expect(isNewMessage(message, { ...here, after: 7 })).toBe(false);
  expect(isNewMessage({ ...message, repeat: true }, here)).toBe(false);
  expect(isNewMessage({ ...message, type: 'message_changed' }, here)).toBe(false);
});
