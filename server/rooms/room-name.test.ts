import { expect, test } from 'bun:test';
import { slugOf } from './room-name.ts';

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
