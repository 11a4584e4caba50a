import { expect, test } from 'bun:test';
import { foldForSearch } from '../browser/folding.ts';
import { findRooms, roomBeside } from './room-search.ts';
import type { KnownRoom } from './rooms.ts';

function room(name: string, unread = 0): KnownRoom {
  const slug = name.toLowerCase();
  return { slug, name, topic: '', people: 0, last: unread, head: unread, yours: false, unread };
}

const ROOMS = [
  room('Café Été'),
  room('General'),
  room('Book club', 3),
  room('club books'),
  room('Тест'),
  room('日本語の部屋'),
];
const NOWHERE = { recent: [], open: null };

const found = (typed: string, standing: Parameters<typeof findRooms>[2] = NOWHERE): string[] =>
  findRooms(ROOMS, typed, standing).map(({ name }) => name);

test('a room is found by the beginning of any of its words, whatever the accents and the case', () => {
  expect(found('ETE')).toEqual(['Café Été']);
  expect(found('cafe')).toEqual(['Café Été']);
  expect(found('тест')).toEqual(['Тест']);
  expect(found('clu bo')).toEqual(['Book club', 'club books']);
});

test('what only holds the letters comes after what begins with them', () => {
  expect(found('o')).toEqual(['Book club', 'club books']);
  expect(found('e')).toEqual(['Café Été', 'General']);
  expect(found('ub')).toEqual(['Book club', 'club books']);
  expect(found('部屋')).toEqual(['日本語の部屋']);
  expect(found('nowhere')).toEqual([]);
});

test('as long as nothing is typed: the unread ones, then those last visited, the open one at the end', () => {
  expect(found('', { recent: ['general', 'тест'], open: 'general' })).toEqual([
    'Book club',
    'Тест',
    'Café Été',
    'club books',
    '日本語の部屋',
    'General',
  ]);
});

test('signs that mean something elsewhere are only signs here', () => {
  for (const typed of ['.*', '(', '\\', '[', '%']) expect(found(typed)).toEqual([]);
  expect(foldForSearch('ÀÉÎ ß İ')).toBe('aei ss i');
});

test('the room before and the one after the open one, around the ends', () => {
  const rooms = ['a', 'b', 'c'].map((slug) => ({ slug }));
  expect(['a', 'b', 'c'].map((open) => roomBeside(rooms, open, 1))).toEqual(['b', 'c', 'a']);
  expect(['a', 'b', 'c'].map((open) => roomBeside(rooms, open, -1))).toEqual(['c', 'a', 'b']);
  expect([roomBeside(rooms, null, 1), roomBeside(rooms, 'gone', -1)]).toEqual(['a', 'c']);
  expect([roomBeside([], null, 1), roomBeside([{ slug: 'a' }], 'a', 1)]).toEqual([null, null]);
});
