import { expect, test } from 'bun:test';

const ROOT = new URL('..', import.meta.url).pathname;
/** Superseded by S42: join and leave lines have frames of their own. */
const SUPERSEDED = [31];

/** The numbers in the titles of tests: `S4`, `S27, S38`, `S4–S17`. */
function numbersIn(source: string): number[] {
  const titles = [...source.matchAll(/\b(?:test|it|describe)(?:\.each[\s\S]*?\]\))?\(\s*(['"`])(.*?)\1/g)].map(
    (found) => found[2] ?? '',
  );
  return titles.flatMap((title) => [
    ...[...title.matchAll(/\bS(\d{1,2})\b/g)].map((found) => Number(found[1])),
    ...[...title.matchAll(/\bS(\d{1,2})–S(\d{1,2})\b/g)].flatMap(([, from, to]) => range(Number(from), Number(to))),
  ]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}

test('every line of the requirement from S4 to S48 has a test with its number in the title', async () => {
  const proved = new Set<number>();
  // The contract suites are no test files. This file names all numbers and proves none.
  for await (const file of new Bun.Glob('{channels,client,cli,drill,protocol,server,store,tests,web}/**/*.ts').scan(
    ROOT,
  )) {
    if (ROOT + file === import.meta.path) continue;
    for (const number of numbersIn(await Bun.file(ROOT + file).text())) proved.add(number);
  }
  const missing = range(4, 48).filter((number) => !proved.has(number) && !SUPERSEDED.includes(number));
  expect(missing.map((number) => `S${number}`)).toEqual([]);
});

test('a number outside a title proves nothing', () => {
  expect(numbersIn("// S5\ntest('S7, S9: both', () => { 'S8' }); test.each([1])('S11–S13: %p', f)")).toEqual([
    7, 9, 11, 13, 11, 12, 13,
  ]);
});
