import { expect, test } from 'bun:test';
import { Roster } from './roster.ts';

function crowd(): Roster {
  const here = new Roster();
  here.setList(['ann', 'bob'], 5);
  return here;
}

test('a small company is listed whole', () => {
  const here = new Roster();
  expect([here.names, here.missing, here.lastName]).toEqual([[], 0, '']);
  here.setList(['ann', 'bob'], 2);
  expect([here.names, here.missing, here.lastName]).toEqual([['ann', 'bob'], 0, 'bob']);
});

test('of a crowd the rest comes page by page, each name once', () => {
  const here = crowd();
  expect([here.missing, here.lastName]).toEqual([3, 'bob']);
  here.addPage(['bob', 'cid', 'dan']);
  expect([here.names, here.missing, here.lastName]).toEqual([['ann', 'bob', 'cid', 'dan'], 1, 'dan']);
  here.addPage(['eve']);
  expect([here.names, here.missing]).toEqual([['ann', 'bob', 'cid', 'dan', 'eve'], 0]);
});

test('what was asked for of the rest stays when the list comes anew, without those who left or moved up', () => {
  const here = crowd();
  here.addPage(['cid', 'dan', 'eve']);
  here.remove('dan');
  here.setList(['ann', 'cid'], 3);
  expect([here.names, here.missing]).toEqual([['ann', 'cid', 'eve'], 0]);
  here.setList(['ann', 'cid'], 2);
  expect(here.names).toEqual(['ann', 'cid']);
});
