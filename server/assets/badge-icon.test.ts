import { expect, test } from 'bun:test';
import { badgeIcon } from './badge-icon.ts';

test('there is an icon for every count a page shows, with the number in it', () => {
  for (let count = 1; count <= 99; count++) expect(badgeIcon(`/icon-${count}.svg`)).toContain(`>${count}</text>`);
  expect(badgeIcon('/icon-many.svg')).toContain('>99+</text>');
});

test.each(['0', '100', '01', '-1', '1.5', '1e1', 'x', '', '<b>', 'many-', '٣'])(
  'no other number makes one: %s',
  (text) => {
    expect(badgeIcon(`/icon-${text}.svg`)).toBeNull();
  },
);

test('nothing beside such a path is one', () => {
  for (const path of ['/icon.svg', '/icon-1.svgz', '/x/icon-1.svg', '/icon-1.svg/', '/ICON-1.svg']) {
    expect(badgeIcon(path)).toBeNull();
  }
});
