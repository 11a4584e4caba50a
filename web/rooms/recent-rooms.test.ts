import { expect, test } from 'bun:test';
import { RecentRooms } from './recent-rooms.ts';

function recent(kept: unknown): RecentRooms {
  let value = kept;
  return new RecentRooms({
    read: () => value,
    write: (_, given) => {
      value = given;
    },
  });
}

test('rooms are remembered once each, the last one first, and not without end', () => {
  const rooms = recent(null);
  for (const slug of ['a', 'b', 'a']) rooms.add(slug);
  expect(rooms.slugs).toEqual(['a', 'b']);
  for (let count = 0; count < 100; count++) rooms.add(`room ${count}`);
  expect(rooms.slugs).toHaveLength(30);
  expect(rooms.slugs[0]).toBe('room 99');
});

test('a stored value that is no list of rooms counts as empty', () => {
  for (const kept of [null, 'a', [1], { 0: 'a' }]) expect(recent(kept).slugs).toEqual([]);
});
