import { expect, test } from 'bun:test';
import { Roster } from './roster.ts';

function crowd(): Roster {
  const here = new Roster();
  here.listed(['ann', 'bob'], 5);
  return here;
}

test('a small company is listed whole', () => {
  const here = new Roster();
  expect([here.names, here.missing, here.last]).toEqual([[], 0, '']);
  here.listed(['ann', 'bob'], 2);
  expect([here.names, here.missing, here.last]).toEqual([['ann', 'bob'], 0, 'bob']);
});

test('of a crowd the rest comes page by page, each name once', () => {
  const here = crowd();
  expect([here.missing, here.last]).toEqual([3, 'bob']);
  here.came(['bob', 'cid', 'dan']);
  expect([here.names, here.missing, here.last]).toEqual([['ann', 'bob', 'cid', 'dan'], 1, 'dan']);
  here.came(['eve']);
  expect([here.names, here.missing]).toEqual([['ann', 'bob', 'cid', 'dan', 'eve'], 0]);
});

test('what was asked for of the rest stays when the list comes anew, without those who left or moved up', () => {
  const here = crowd();
  here.came(['cid', 'dan', 'eve']);
  here.left('dan');
  here.listed(['ann', 'cid'], 3);
  expect([here.names, here.missing]).toEqual([['ann', 'cid', 'eve'], 0]);
  here.listed(['ann', 'cid'], 2);
  expect(here.names).toEqual(['ann', 'cid']);
});
