import { expect, test } from 'bun:test';
import { INVISIBLE } from './invisible.ts';

const ONE = new RegExp(`^[${INVISIBLE}]$`, 'u');

test.each(['\u200b', '\u202e', '\u2060', '\u115f', '\u1160', '\u3164', '\uffa0', '\u034f', '\ufe0f', '\u2800'])(
  '%j is drawn as nothing',
  (character) => {
    expect(character).toMatch(ONE);
  },
);

test.each(['a', 'é', '日', '🎉', '.', '\u0301'])('%j is drawn as something', (character) => {
  expect(character).not.toMatch(ONE);
});
