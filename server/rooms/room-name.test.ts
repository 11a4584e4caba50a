import { expect, test } from 'bun:test';
import { roomNameKey, slugOf } from './room-name.ts';

test.each([
  ['General talk', 'general-talk'],
  ['  Lecture à voix haute! ', 'lecture-à-voix-haute'],
  ['日本語の部屋', '日本語の部屋'],
  ['Ｗｉｄｅ', 'wide'],
  ['हिन्दी', 'हिन्दी'],
  ['a/../b?c=d#e%2f', 'a-b-c-d-e-2f'],
  ['🎉🎉', ''],
  ['--', ''],
  ['Čaj ❤\ufe0f', 'čaj'],
  ['General\ufe0f', 'general'],
  ['Cafe\ufe0f\u0301', 'café'],
  ['Cafe\u0301\u200dteria', 'caféteria'],
  ['می\u200cخواهم', 'میخواهم'],
  ['\u0301\u0301', ''],
  [`abcd${'\ufdfa'.repeat(5)}`, `abcd${'صلى-الله-عليه-وسلم'.repeat(4)}صلى`],
  [`abcdefg${'\ufdfa'.repeat(4)}\u{20000}`, `abcdefg${'صلى-الله-عليه-وسلم'.repeat(4)}`],
])('the address of a room called %p is %p', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

const ALIKE: readonly (readonly string[])[] = [
  ['İstanbul', 'istanbul', 'ISTANBUL', 'I\u0307stanbul', 'ıstanbul'],
  ['Straße', 'strasse', 'STRASSE', 'STRAẞE'],
  ['Οδός', 'οδόσ', 'ΟΔΌΣ'],
  ['ﬁne ﬆ', 'FINE ST'],
  ['Ꭰꮥ', 'ꭰꮥ', 'ᎠᏕ'],
  ['i\u0307\u0301', 'Í', 'í'],
  ['Į\u0307', 'į'],
];

test.each(ALIKE.map((names) => ({ names })))('rooms called $names are one', ({ names }) => {
  expect(new Set(names.map((name) => roomNameKey(name))).size).toBe(1);
  expect(new Set(names.map((name) => slugOf(name))).size).toBe(1);
});

test('the address of every character is stable, and the same however it is cased and normalized', () => {
  const unstable: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const letter = String.fromCodePoint(point);
    if (!/[\p{L}\p{N}\p{M}\p{So}]/u.test(letter)) continue;
    for (const name of [`x${letter}`, `${letter}\u0301i`]) {
      const slug = slugOf(name);
      const composed = name.normalize('NFC');
      const cased = [composed.toUpperCase(), composed.toLowerCase(), composed.toUpperCase().toLowerCase()];
      const others = [slug, name.normalize('NFD'), name.normalize('NFKD'), ...cased];
      if (others.some((other) => slugOf(other) !== slug)) unstable.push(`U+${point.toString(16)}`);
    }
  }
  expect(unstable).toEqual([]);
}, 60_000);
