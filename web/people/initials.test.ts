import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { HUES, hueOf, initialsOf } from './initials.ts';

test('initials are those of two words, or the first two letters of one, in any script', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['alice', 'AL'],
    ['Ann Lee', 'AL'],
    ['jean-luc', 'JL'],
    ['x', 'X'],
    ['👩‍🚀 Ride', '👩‍🚀R'],
    ['نور', 'نو'],
    ['...', ''],
  ];
  for (const [name, initials] of pairs) expect([name, initialsOf(name)]).toEqual([name, initials]);
});

test('a person has one colour, and a hundred people have all of them', () => {
  const hues = Array.from({ length: 100 }, (_, n) => hueOf(`person ${n}`));
  expect(hueOf('alice')).toBe(hueOf('alice'));
  expect(new Set(hues).size).toBe(HUES);
});

test("white on every colour of a face has at least WCAG's 4.5 to 1", () => {
  const colours = [
    ...readFileSync(`${import.meta.dir}/../styles/avatar.css`, 'utf8').matchAll(/--face: #([0-9a-f]{6})/g),
  ];
  expect(colours).toHaveLength(HUES);
  for (const [, colour = ''] of colours) expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThan(4.5);
});

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
