import { expect, test } from 'bun:test';
import { type PressedKey, shortcutOf } from './shortcuts.ts';

const NOTHING: PressedKey = {
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  keyCode: 0,
};
const ELSEWHERE = { isTyping: false, isMac: false };
const TYPING = { isTyping: true, isMac: false };
const MAC = { isTyping: true, isMac: true };

const CTRL_K = { key: 'k', code: 'KeyK', ctrlKey: true };
const CMD_K = { key: 'k', code: 'KeyK', metaKey: true };

const pressed = (keys: Partial<PressedKey>): PressedKey => ({ ...NOTHING, ...keys });

test('Ctrl-K finds a room, on a Mac Cmd-K, with whatever letters the keyboard has', () => {
  expect(shortcutOf(pressed(CTRL_K), TYPING)).toBe('switch');
  expect(shortcutOf(pressed(CMD_K), MAC)).toBe('switch');
  expect(shortcutOf(pressed({ ...CTRL_K, key: 'л' }), TYPING)).toBe('switch');
  expect(shortcutOf(pressed({ ...CTRL_K, key: 'K' }), TYPING)).toBe('switch');
  for (const [keys, where] of [
    [CTRL_K, MAC],
    [CMD_K, TYPING],
    [{ ...CTRL_K, altKey: true }, TYPING],
    [{ ...CTRL_K, shiftKey: true }, TYPING],
    [{ ...CTRL_K, key: 't' }, TYPING],
    [{ key: 'k' }, ELSEWHERE],
  ] as const) {
    expect(shortcutOf(pressed(keys), where)).toBeNull();
  }
});

test('a question mark asks for help, except in a text, where it is a question mark', () => {
  expect(shortcutOf(pressed({ key: '?', shiftKey: true }), ELSEWHERE)).toBe('help');
  expect(shortcutOf(pressed({ key: '?', shiftKey: true }), TYPING)).toBeNull();
  expect(shortcutOf(pressed({ key: '?', ctrlKey: true }), ELSEWHERE)).toBeNull();
});

test('Alt and the arrows go through the rooms, with Shift through the unread ones; without Alt they are the box’s', () => {
  const arrow = (key: string, more: Partial<PressedKey> = {}) =>
    shortcutOf(pressed({ key, altKey: true, ...more }), TYPING);
  expect([arrow('ArrowUp'), arrow('ArrowDown')]).toEqual(['previous', 'next']);
  const shiftKey = true;
  expect([arrow('ArrowUp', { shiftKey }), arrow('ArrowDown', { shiftKey })]).toEqual([
    'previous-unread',
    'next-unread',
  ]);
  for (const more of [{ altKey: false }, { ctrlKey: true }, { metaKey: true }])
    expect(arrow('ArrowUp', more)).toBeNull();
  expect(arrow('ArrowLeft')).toBeNull();
});

test('no key is taken from an input method that composes a word', () => {
  for (const keys of [{ key: 'Escape' }, CTRL_K, { key: 'ArrowUp', altKey: true }]) {
    expect(shortcutOf(pressed(keys), TYPING)).not.toBeNull();
    expect(shortcutOf(pressed({ ...keys, isComposing: true }), TYPING)).toBeNull();
    expect(shortcutOf(pressed({ ...keys, keyCode: 229 }), TYPING)).toBeNull();
  }
});
