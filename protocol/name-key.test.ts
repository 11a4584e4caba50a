import { expect, test } from 'bun:test';
import { foldName } from './name-key.ts';

test('a name is the same in any case, width and composition, and keeps its accents', () => {
  for (const [one, other] of [
    ['ışık', 'Işık'],
    ['Jose\u0301', 'José'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['Ｂｏｂ', 'bob'],
    ['ﬁn', 'FIN'],
    ['\u1112\u1161\u11ab', '한'],
  ] as const) {
    expect([one, foldName(one)]).toEqual([one, foldName(other)]);
  }
  expect(foldName('ÀÉ Bob')).toBe('àé bob');
  expect(foldName('Zoe')).not.toBe(foldName('Zoë'));
});
