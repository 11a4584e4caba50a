import { expect, test } from 'bun:test';
import { nameRules, unusedExceptions } from './names.ts';
import type { Tree } from './tree.ts';

const treeOf = (files: Record<string, string>): Tree => new Map(Object.entries(files));

test('a file named after no noun is found', () => {
  for (const name of ['utils', 'room-helpers', 'session-manager', 'base-consumer', 'index', 'common', 'types']) {
    expect(nameRules(treeOf({ [`server/${name}.ts`]: '' }))).toHaveLength(1);
  }
  expect(nameRules(treeOf({ 'server/database.ts': '', 'server/indexed.ts': '' }))).toEqual([]);
});

test('a retired word is found as the name of a file and of an export, not inside one that only holds its letters', () => {
  for (const base of ['parcel', 'kept-parcels', 'room-visit', 'wire-household']) {
    expect(nameRules(treeOf({ [`web/${base}.ts`]: '' }))).toEqual([`web/${base}.ts bears a retired name`]);
  }
  for (const text of ['export class RoomVisit {}', 'export const KEPT_MAX = 1;', 'export function tell() {}']) {
    expect(nameRules(treeOf({ 'tests/support/a.ts': text }))).toHaveLength(1);
  }
  const fine = [
    'export interface Visited {}',
    'export type Storyteller = 1;',
    'const parcel = 1;',
    '// export class Visit',
  ];
  expect(nameRules(treeOf({ 'web/orders.ts': fine.join('\n'), 'web/baseline.ts': '' }))).toEqual([]);
});

test('a type or a function that two packages export is found; a constant, a test and the same package are not', () => {
  const text = 'export interface Room {}\nexport async function open() {}\nexport const LIMIT = 1;';
  const shared = { 'web/a.ts': text, 'web/b.ts': text };
  expect(nameRules(treeOf({ ...shared, 'server/a.test.ts': text }))).toEqual([]);
  expect(nameRules(treeOf({ ...shared, 'server/a.ts': text }))).toEqual([
    'Room is exported by server and web',
    'open is exported by server and web',
  ]);
});

test('a name that is listed with a reason may be shared', () => {
  const text = 'export class Connection {}';
  expect(nameRules(treeOf({ 'client/a.ts': text, 'channels/server/a.ts': text }))).toEqual([]);
});

test('an exception that is none any more is found', () => {
  const text = 'export class Connection {}';
  const both = treeOf({ 'client/a.ts': text, 'channels/server/a.ts': text, 'tests/journeys/reading.test.ts': '' });
  expect(unusedExceptions(both)).not.toContain('Connection');
  expect(unusedExceptions(both)).not.toContain('tests/journeys/reading.test.ts');
  expect(unusedExceptions(treeOf({ 'client/a.ts': text }))).toContain('Connection');
  expect(unusedExceptions(treeOf({}))).toContain('tests/journeys/reading.test.ts');
});
