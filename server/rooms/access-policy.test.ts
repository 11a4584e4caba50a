import { expect, test } from 'bun:test';
import { mayEnter } from './access-policy.ts';

test('people of a scratch room and all others never meet', () => {
  expect([mayEnter({ id: -2 }, { id: -1 }), mayEnter({ id: 2 }, { id: 1 })]).toEqual([true, true]);
  expect([mayEnter({ id: -2 }, { id: 1 }), mayEnter({ id: 2 }, { id: -1 })]).toEqual([false, false]);
});
