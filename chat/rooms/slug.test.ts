import { expect, test } from 'bun:test';
import { slugOf } from './slug.ts';

test.each([
  ['General talk', 'general-talk'],
  ['  Lecture à voix haute! ', 'lecture-à-voix-haute'],
  ['日本語の部屋', '日本語の部屋'],
  ['Ｗｉｄｅ', 'wide'],
  ['हिन्दी', 'हिन्दी'],
  ['a/../b?c=d#e%2f', 'a-b-c-d-e-2f'],
  ['🎉🎉', ''],
  ['--', ''],
])('the address of a room called %p is %p', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
