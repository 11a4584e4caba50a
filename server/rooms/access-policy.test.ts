import { expect, test } from 'bun:test';
import { mayEnter } from './access-policy.ts';

test('the bots of a drill room and all others never meet', () => {
  expect([mayEnter({ id: -2 }, { id: -1 }), mayEnter({ id: 2 }, { id: 1 })]).toEqual([true, true]);
  expect([mayEnter({ id: -2 }, { id: 1 }), mayEnter({ id: 2 }, { id: -1 })]).toEqual([false, false]);
});
