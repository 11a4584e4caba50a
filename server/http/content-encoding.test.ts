import { expect, test } from 'bun:test';
import { threadMs } from '../../tests/support/thread-time.ts';
import { accepts } from './content-encoding.ts';

test.each([
  ['gzip', true],
  ['GZIP', true],
  ['br , gzip', true],
  ['br;q=1,\tgzip ; q=0.5', true],
  ['gzip;q=0.001', true],
  ['gzip;q=0', false],
  ['gzip ; q=0.000', false],
  ['gzip; q=0 , br', false],
  ['x-gzip', false],
  ['identity;gzip', false],
  ['', false],
])('%j: gzip %p', (header, accepted) => {
  expect(accepts(header, 'gzip')).toBe(accepted);
});

test('a header of 16 KB is no work, whatever it repeats', () => {
  for (const run of [' ', '\t', ';', ' ;', ',', ';q=0', 'gzip', '0']) {
    const header = `gzip${run.repeat(16_384 / run.length)}x`;
    accepts(header, 'gzip');
    const start = threadMs();
    accepts(header, 'gzip');
    expect([run, threadMs() - start < 2]).toEqual([run, true]);
  }
});
