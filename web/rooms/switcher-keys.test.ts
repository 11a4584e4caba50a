import { expect, test } from 'bun:test';
import { switcherActionOf } from './switcher-keys.ts';

const press = (key: string, more = {}) => ({ key, keyCode: 0, isComposing: false, ...more });

test('Enter opens the chosen room, the arrows choose, other keys belong to the search box', () => {
  expect(['Enter', 'ArrowDown', 'ArrowUp', 'a', 'Escape'].map((key) => switcherActionOf(press(key)))).toEqual([
    'open',
    'next',
    'previous',
    null,
    null,
  ]);
});

test('no key of a composition opens or chooses a room, also where only the key code tells (Safari)', () => {
  for (const key of ['Enter', 'ArrowDown', 'ArrowUp']) {
    expect(switcherActionOf(press(key, { isComposing: true }))).toBeNull();
    expect(switcherActionOf(press(key, { keyCode: 229 }))).toBeNull();
  }
});
