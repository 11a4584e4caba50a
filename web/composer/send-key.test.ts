import { expect, test } from 'bun:test';
import { isPlain, isSendKey, type KeyPress } from './send-key.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, keyCode: 0, isComposing: false, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false },
  ...more,
});

test('Enter sends, Shift+Enter breaks the line, no other key does either', () => {
  expect(isSendKey(press('Enter'), 'send')).toBe(true);
  expect(isSendKey(press('Enter', { shiftKey: true }), 'send')).toBe(false);
  expect(isSendKey(press('a'), 'send')).toBe(false);
});

test('where Enter breaks the line, Ctrl+Enter and Cmd+Enter send, as they do everywhere', () => {
  expect(isSendKey(press('Enter'), 'new line')).toBe(false);
  for (const enter of ['send', 'new line'] as const) {
    expect(isSendKey(press('Enter', { ctrlKey: true }), enter)).toBe(true);
    expect(isSendKey(press('Enter', { metaKey: true }), enter)).toBe(true);
  }
});

test('Enter that ends a word of an input method sends nothing', () => {
  expect(isSendKey(press('Enter', { isComposing: true }), 'send')).toBe(false);
  expect(isSendKey(press('Enter', { keyCode: 229 }), 'send')).toBe(false);
  expect(isPlain(press('ArrowUp', { isComposing: true }))).toBe(false);
});

test('a key with another one held is another key', () => {
  expect(isPlain(press('ArrowUp'))).toBe(true);
  for (const held of ['shiftKey', 'ctrlKey', 'metaKey', 'altKey']) {
    expect(isPlain(press('ArrowUp', { [held]: true }))).toBe(false);
  }
});
