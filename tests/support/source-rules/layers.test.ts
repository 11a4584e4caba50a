import { expect, test } from 'bun:test';
import { importsOf } from './imports.ts';
import { layerRules } from './layers.ts';

function brokenIn(files: Record<string, string>): string[] {
  return layerRules(importsOf(new Map(Object.entries(files))));
}

test('a file imports the layers below its own, its own folder, and what other packages are', () => {
  expect(
    brokenIn({
      'server/app.ts': `import './routes/a.ts'; import './settings.ts';`,
      'server/rooms/a.ts': `import './b.ts'; import '../messages/c.ts'; import '../../store/store.ts';`,
      'store/sqlite/store.ts': `import './writer/queue.ts'; import '../store.ts';`,
      'web/account.ts': `import './account/a.ts';`,
      'drill/a.ts': `import './b.ts';`,
    }),
  ).toEqual([]);
});

const UPWARDS: ReadonlyArray<readonly [from: string, to: string]> = [
  ['channels/layer/a.ts', 'channels/presence/a.ts'],
  ['channels/consumer.ts', 'channels/server/a.ts'],
  ['store/sqlite/database/a.ts', 'store/sqlite/store.ts'],
  ['store/sqlite/writer/a.ts', 'store/sqlite/maintenance/a.ts'],
  ['server/messages/a.ts', 'server/rooms/a.ts'],
  ['server/operator-error.ts', 'server/listen-address.ts'],
  ['web/timeline/a.ts', 'web/messages/a.ts'],
  ['web/account/a.ts', 'web/account.ts'],
];

for (const [from, to] of UPWARDS) {
  test(`${from} may not import ${to}: not a layer below`, () => {
    const up = '../'.repeat(from.split('/').length - 1);
    const text = `import type { a } from '${up}${to}';`;
    expect(brokenIn({ [from]: text })).toEqual([
      `${from} may not import ${to}: it stands in a layer that is not below`,
    ]);
    const test = from.replace(/\.ts$/, '.test.ts');
    expect(brokenIn({ [test]: text })).toEqual([]);
  });
}

test('every file of a layered package has a layer; what tests share needs none', () => {
  expect(brokenIn({ 'server/testing/a.ts': '', 'drill/a.ts': '', 'server/a.test.ts': '' })).toEqual([]);
  expect(brokenIn({ 'server/oddments/a.ts': '' })).toEqual(['server/oddments/a.ts stands in no layer of its package']);
});
