import { expect, test } from 'bun:test';
import { restAfterList } from './people-pace.ts';

const NAME_BYTES = 13;

test('in a room of up to 50 every turn may have its list', () => {
  expect([1, 50].map((people) => restAfterList(people, people * NAME_BYTES))).toEqual([0, 0]);
});

test('in a room of more there are two a second at most', () => {
  expect([51, 500].map((people) => restAfterList(people, people * NAME_BYTES))).toEqual([500, 500]);
});

test('lists of a thousand names for thousands of people leave the line to what people say', () => {
  for (const people of [1_000, 5_000, 50_000]) {
    const bytes = 1_000 * NAME_BYTES;
    const bytesASecond = (people * bytes) / (restAfterList(people, bytes) / 1_000);
    expect(bytesASecond).toBeLessThanOrEqual(8.4 * 1024 * 1024);
  }
});
