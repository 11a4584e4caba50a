import { expect, test } from 'bun:test';
import { type LayoutItem, layOut } from './list-layout.ts';

type TestItem = LayoutItem<string, string>;

const NOON = new Date(2026, 10, 22, 12).getTime();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function row(user: string, minutes: number): TestItem {
  return { kind: 'row', row: `${user} ${minutes}`, user, at: NOON + minutes * MINUTE_MS };
}

function line(text: string, minutes: number): TestItem {
  return { kind: 'line', line: text, at: NOON + minutes * MINUTE_MS };
}

/** `*` starts a group. */
function shown(items: readonly TestItem[], isUnread: (row: string) => boolean = () => false): string[] {
  return layOut(items, isUnread).map((block) => {
    if (block.kind === 'row') return `${block.startsGroup ? '*' : ''}${block.row}`;
    if (block.kind === 'lines') return block.lines.join(' + ');
    return block.kind === 'day' ? `= ${new Date(block.at).getDate()}` : '--- new';
  });
}

test('what one person says within five minutes says whose it is once, what others say and what comes later anew', () => {
  expect(shown([row('ann', 0), row('ann', 4), row('ann', 9), row('ann', 15), row('bob', 15)])).toEqual([
    '= 22',
    '*ann 0',
    'ann 4',
    'ann 9',
    '*ann 15',
    '*bob 15',
  ]);
});

test('a clock that was set back tears no group apart, and one far off does', () => {
  expect(shown([row('ann', 10), row('ann', 8), row('ann', 0)])).toEqual(['= 22', '*ann 10', 'ann 8', '*ann 0']);
});

test('every day has its line, and begins a group', () => {
  const late = 12 * 60 - 1;
  expect(shown([row('ann', late), row('ann', late + 2)])).toEqual(['= 22', `*ann ${late}`, '= 23', `*ann ${late + 2}`]);
});

test('who came and went stands together but for the last, ends a group, and needs no day where nobody has written', () => {
  const lines = ['ann came', 'bob came', 'carl came', 'dora came'].map((text) => line(text, 0));
  expect(shown(lines.slice(0, 2))).toEqual(['ann came', 'bob came']);
  expect(shown(lines)).toEqual(['ann came + bob came + carl came', 'dora came']);
  const items = [...lines.slice(0, 3), row('ann', 2), line('bob went', 3), row('ann', 4), line('carl went', 5)];
  expect(shown(items)).toEqual([
    'ann came + bob came',
    'carl came',
    '= 22',
    '*ann 2',
    'bob went',
    '*ann 4',
    'carl went',
  ]);
  expect(shown([row('ann', 0), line('came', DAY_MS / MINUTE_MS)])).toEqual(['= 22', '*ann 0', '= 23', 'came']);
});

test('the line of what is new stands once, above the first of it, below its day, and ends a group', () => {
  const isUnread = (row: string): boolean => row !== 'ann 0';
  expect(shown([row('ann', 0), row('ann', 1), row('ann', 2)], isUnread)).toEqual([
    '= 22',
    '*ann 0',
    '--- new',
    '*ann 1',
    'ann 2',
  ]);
  expect(shown([row('ann', 1)], isUnread)).toEqual(['= 22', '--- new', '*ann 1']);
});

test('a line by a fast clock opens no day between messages of the day before, and a day stands once', () => {
  const midnight = 12 * 60;
  expect(shown([row('ann', midnight - 2), line('bob came', midnight + 1), row('ann', midnight - 1)])).toEqual([
    '= 22',
    `*ann ${midnight - 2}`,
    'bob came',
    `*ann ${midnight - 1}`,
  ]);
});

test('a line by a slow clock, and a message by a clock set back, stay below the day that has begun', () => {
  const midnight = 12 * 60;
  const items = [row('ann', midnight - 2), row('ann', midnight + 1), line('bob came', midnight - 1)];
  expect(shown([...items, row('ann', midnight - 1), row('bob', midnight + 2)])).toEqual([
    '= 22',
    `*ann ${midnight - 2}`,
    '= 23',
    `*ann ${midnight + 1}`,
    'bob came',
    `*ann ${midnight - 1}`,
    `*bob ${midnight + 2}`,
  ]);
});

test('a line by a fast clock opens its day where it stands last, and a message of that day follows it there', () => {
  const midnight = 12 * 60;
  const items = [row('ann', midnight - 2), line('bob came', midnight + 1)];
  expect(shown(items)).toEqual(['= 22', `*ann ${midnight - 2}`, '= 23', 'bob came']);
  expect(shown([...items, row('ann', midnight + 2)])).toEqual([
    '= 22',
    `*ann ${midnight - 2}`,
    '= 23',
    'bob came',
    `*ann ${midnight + 2}`,
  ]);
});
